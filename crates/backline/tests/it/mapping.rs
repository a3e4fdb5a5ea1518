//! Fields filled from every source, written at the simulated site: what the doctor calls fine is taken and read back
//! as it was meant, and what it calls refused would have been.

mod administrator;
mod agreement;
mod every_kind;
mod site;
