//! The block in a pull request description that carries the ticket reference.
