//! Rows as a page shows them: those of one page, the way on, and why there are none.

use crate::web::part::pager::Pager;

pub struct List<R> {
    pub rows: Vec<R>,
    pub pager: Pager,
    /// Whether something is filtered by; says why the list is empty.
    pub is_filtered: bool,
}
