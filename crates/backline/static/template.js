// Optional layer of the mapping editor: while a template is typed, the page's own list of words is offered.
//
// The text area stays the element that has the focus; the list is a listbox that it controls, and what is marked in
// it is the area's active descendant. Arrows move, Enter and Tab take, Escape closes.
(() => {
  const box = Object.assign(document.createElement("div"), { id: "offered", className: "offered" });
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "Words for templates");
  box.popover = "manual";
  const told = Object.assign(document.createElement("p"), { className: "sr" });
  told.setAttribute("role", "status");
  (document.getElementById("main") ?? document.body).append(box, told);

  const known = (list) => [...document.querySelectorAll(`#${list} dt`)].map((dt) => ({
    word: dt.dataset.word, more: dt.dataset.more ?? "", says: dt.nextElementSibling.textContent.trim(), isForComments: "comments" in dt.dataset }));
  const fields = known("words"), filters = known("filters");
  let area = null, start = 0, offered = [], at = 0, refused = "";

  /** What is being typed: where it starts, and what may stand there; null outside of braces and within quotes. */
  function typed(field) {
    const before = field.value.slice(0, field.selectionStart);
    const open = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
    if (open < 0 || field.selectionStart !== field.selectionEnd) return null;
    const inside = before.slice(open + 2);
    if (/[}%]}/.test(inside) || (inside.match(/"/g)?.length ?? 0) % 2 || (inside.match(/'/g)?.length ?? 0) % 2) return null;
    const [, lead, word] = /^(.*?)([a-z_]*)$/s.exec(inside);
    const isFilter = /\|\s*$/.test(lead);
    const mayStand = isFilter || (before[open + 1] === "{" ? /^\s*$|[(,=~+*/<>-]\s*$|\b(?:and|or|not|if|in|else)\s+$/ : /\b(?:if|elif|in|and|or|not)\s+$|[(,=~+*/<>-]\s*$/).test(lead);
    return mayStand ? { start: open + 2 + lead.length, word, isFilter } : null;
  }

  function close() {
    if (!area) return;
    for (const name of ["aria-activedescendant", "aria-controls"]) area.removeAttribute(name);
    area = null; offered = []; told.textContent = "";
    box.hidePopover();
  }

  function mark(to) {
    at = (to + offered.length) % offered.length;
    [...box.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    area.setAttribute("aria-activedescendant", `offered-${at}`);
    box.children[at].scrollIntoView({ block: "nearest" });
  }

  function place() {
    const r = area.getBoundingClientRect(), below = innerHeight - r.bottom;
    box.style.width = Math.min(Math.max(r.width, 400), innerWidth - 16) + "px";
    box.style.left = Math.max(8, Math.min(r.left, innerWidth - box.offsetWidth - 8)) + "px";
    box.style.top = (below < box.offsetHeight + 8 && r.top > below ? Math.max(8, r.top - box.offsetHeight - 2) : r.bottom + 2) + "px";
  }

  function offer(field) {
    const now = typed(field);
    if (!now || refused === `${field.name}:${now.start}`) return close();
    refused = "";
    const all = now.isFilter ? filters : fields.filter((one) => !one.isForComments || field.dataset.template === "comment");
    const starts = all.filter((one) => one.word.startsWith(now.word));
    const has = all.filter((one) => !starts.includes(one) && now.word && one.word.includes(now.word));
    const found = [...starts, ...has];
    if (!found.length || (found.length === 1 && found[0].word === now.word)) return close();
    if (area && area !== field) close();
    area = field; start = now.start; offered = found;
    box.replaceChildren(...found.map((one, n) => {
      const option = Object.assign(document.createElement("div"), { id: `offered-${n}` });
      option.setAttribute("role", "option");
      option.append(Object.assign(document.createElement("code"), { textContent: one.word + one.more }), Object.assign(document.createElement("span"), { textContent: one.says }));
      return option;
    }));
    area.setAttribute("aria-controls", "offered");
    if (!box.matches(":popover-open")) box.showPopover();
    place();
    told.textContent = `${found.length} ${now.isFilter ? "filters" : "words"} offered`;
    mark(0);
  }

  function take(n) {
    const one = offered[n], field = area, end = field.selectionStart, after = field.value.slice(end);
    const isClosed = /^[^{}]*[}%]}/.test(after), isBlock = field.value.slice(0, start).lastIndexOf("{%") > field.value.slice(0, start).lastIndexOf("{{");
    const text = one.word + one.more + (isClosed || isBlock ? "" : " }}");
    close();
    field.setSelectionRange(start, end);
    // The only way that leaves the browser's own undo whole.
    if (!document.execCommand("insertText", false, text)) field.setRangeText(text, start, end, "end");
    refused = `${field.name}:${start}`;
    close();
  }

  document.addEventListener("input", (e) => { if (e.target.matches("[data-template]")) offer(e.target); });
  document.addEventListener("keydown", (e) => {
    if (!area || e.target !== area || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
    const does = { ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Enter: () => take(at), Tab: () => take(at), Escape: () => { refused = `${area.name}:${start}`; close(); } }[e.key];
    if (!does || (e.key === "Tab" && e.shiftKey)) return;
    e.preventDefault();
    does();
  });
  document.addEventListener("keyup", (e) => { if (area && e.target === area && /^(Arrow(Left|Right)|Home|End|Page)/.test(e.key)) offer(area); });
  document.addEventListener("focusout", (e) => { if (e.target === area) close(); });
  box.addEventListener("pointerdown", (e) => e.preventDefault());
  box.addEventListener("click", (e) => { const option = e.target.closest("[role=option]"); if (option) take([...box.children].indexOf(option)); });
  addEventListener("scroll", (e) => { if (area && e.target !== box) place(); }, true);
  // A phone's keyboard makes the window smaller.
  addEventListener("resize", () => { if (area) place(); });
  // A row that was exchanged takes its area along.
  document.addEventListener("htmx:after:swap", () => { if (area && !area.isConnected) close(); });
})();
