"""PyPI `PyGithub` against the simulated code host."""

import story
from github import Auth, Github


def a_branch_a_commit_and_a_pull_request(info):
    """Edited, listed, commented and merged."""
    hub = Github(auth=Auth.Token(info["github"]["token"]), base_url=info["github"]["api"], retry=None)
    repository = hub.get_repo(info["github"]["repository"])
    head = repository.get_git_ref("heads/main").object.sha
    repository.create_git_ref("refs/heads/theirs", head)
    repository.create_file("THEIRS.md", "Add a file", "words", branch="theirs")
    pull = repository.create_pull(base="main", head="theirs", title="Theirs", body="Words.")
    pull.edit(body="Other words.")
    assert repository.get_pull(pull.number).body == "Other words."
    assert [file.filename for file in pull.get_files()] == ["THEIRS.md"]
    pull.create_issue_comment("A comment.")
    assert pull.get_issue_comments().totalCount == 1
    assert pull.merge().merged
    assert repository.get_pull(pull.number).merged
    assert pull.number in [closed.number for closed in repository.get_pulls(state="closed")]


if __name__ == "__main__":
    story.play(
        [("a branch, a commit and a pull request", lambda: a_branch_a_commit_and_a_pull_request(story.the_info()))]
    )
