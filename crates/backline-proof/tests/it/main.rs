//! Whole worlds: that two runs of one seed are equal, that some hold, and that those which once failed hold.

mod regress;
mod worlds;
