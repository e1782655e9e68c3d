//! What resellers buy, change and pass on, and what it costs them (contract "Reseller API", 3 to 6).
//!
//! Each operation is one job of the writer: it loads the reseller with its balance and rights ([`seller`]), finds the
//! package with its price ([`offers`]), counts trials (`trials`), writes the thing ([`goods`], [`accounts`]), and
//! takes the price and logs it (`ledger`), in the contract's order of checks (section 5). A job that fails, or whose
//! transaction is rolled back, has done nothing; so two requests never spend the same credit, and a dry run is a job
//! that is rolled back.

pub mod accounts;
pub mod goods;
pub mod kept_answers;
mod ledger;
pub mod offers;
pub mod sale;
pub mod seller;
mod trials;
pub mod views;

pub use goods::Goods;
pub use ledger::Receipt;
pub use sale::Order;
pub use seller::Seller;
