//! The tables as SeaORM sees them; their meaning is told where they are written, aggregate by aggregate.
//!
//! Times are whole milliseconds, ids are UUIDs or text of other systems, documents are JSON.

/// One table: its module, its name in the database, its columns.
macro_rules! table {
    ($module:ident $name:literal { $($(#[$attribute:meta])* $column:ident: $kind:ty,)+ }) => {
        pub(crate) mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $name)]
            pub struct Model {
                $($(#[$attribute])* pub $column: $kind,)+
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

mod audited;
mod code_host;
mod consent;
mod event;
mod people;
mod projects;
mod queue;
mod scan;
mod tickets;

pub(crate) use audited::*;
pub(crate) use code_host::*;
pub(crate) use consent::*;
pub(crate) use event::*;
pub(crate) use people::*;
pub(crate) use projects::*;
pub(crate) use queue::*;
pub(crate) use scan::*;
pub(crate) use tickets::*;
