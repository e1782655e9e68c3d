//! Ids: a prefix of the resource and a running number of three digits or more (contract "REST APIs", B4). Another spelling is
//! an unknown id.

/// A resource by the prefix of its ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix(&'static str);

pub const CUSTOMER: Prefix = Prefix("cust_");
pub const PRODUCT: Prefix = Prefix("prod_");
pub const SUBSCRIPTION: Prefix = Prefix("sub_");
pub const INVOICE: Prefix = Prefix("inv_");

impl Prefix {
    /// Prints an id.
    pub fn id(self, number: i64) -> String {
        format!("{}{number:03}", self.0)
    }

    /// Reads an id; `None` if it is none of this resource.
    pub fn read(self, text: &str) -> Option<i64> {
        let number = text.strip_prefix(self.0)?.parse::<i64>().ok()?;
        (number > 0 && self.id(number) == text).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        for (text, number) in [("cust_001", 1), ("cust_123", 123), ("cust_1545", 1545)] {
            assert_eq!(
                (CUSTOMER.read(text), CUSTOMER.id(number)),
                (Some(number), text.to_owned())
            );
        }
        for bad in [
            "",
            "cust_",
            "cust_1",
            "CUST_001",
            "cust_0001",
            "cust_000",
            "cust_-01",
            "cust_+01",
            "sub_001",
            "1",
        ] {
            assert_eq!(CUSTOMER.read(bad), None, "{bad}");
        }
    }
}
