//! Names. In: syntax trees and files. Out: declarations per file (the firewall: no bodies of rules), and namespaces that link
//! files, locks and the standard library.

pub(crate) mod anchor;
pub(crate) mod declarations;
mod groups;
mod hosts;
pub(crate) mod library;
pub(crate) mod link;
pub(crate) mod lost;
pub(crate) mod namespace;
mod open;
pub(crate) mod paths;
mod remembered;
pub(crate) mod results;
pub(crate) mod suggest;
pub(crate) mod tools;
pub(crate) mod types;
