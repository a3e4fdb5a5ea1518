//! By whose clock a lease is measured.

use crate::column::ms;
use crate::error::StoreError;
use crate::store::Time;
use crate::writer::Tx;
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, Query};

/// Milliseconds of the moment at which it is evaluated, not of the transaction's begin: that may have waited.
const DATABASE_NOW: &str = "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";

impl Time {
    /// "Now" for a comparison with a lease's end; `now` is the caller's.
    pub(crate) fn of(self, now: Timestamp) -> Expr {
        match self {
            Self::OfTheCaller => Expr::value(ms(now)),
            Self::OfTheDatabase => Expr::cust(DATABASE_NOW),
        }
    }

    /// The same as a number, for what is decided here.
    pub(crate) async fn read(self, tx: &Tx, now: Timestamp) -> Result<i64, StoreError> {
        if self == Self::OfTheCaller {
            return Ok(ms(now));
        }
        let query = Query::select().expr_as(self.of(now), "now").take();
        let row = tx.query_one(&query).await?;
        let read = row.map(|row| row.try_get::<i64>("", "now")).transpose()?;
        read.ok_or_else(|| StoreError::Corrupt("a query without a condition has a row".to_owned()))
    }
}
