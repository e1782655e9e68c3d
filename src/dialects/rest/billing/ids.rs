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

/// The resources by the segment of their paths.
const RESOURCES: [(&str, Prefix); 4] = [
    ("customers", CUSTOMER),
    ("products", PRODUCT),
    ("subscriptions", SUBSCRIPTION),
    ("invoices", INVOICE),
];

/// Tells of an id in a path that is another resource's.
pub fn of_other(path: &str) -> Option<String> {
    let (resource, rest) = path.strip_prefix("/api/v1/")?.split_once('/')?;
    let id = rest.split('/').next()?;
    let mut others = RESOURCES.iter().filter(|(name, _)| *name != resource);
    let (other, _) = others.find(|(_, prefix)| prefix.read(id).is_some())?;
    Some(format!("{id} is an id of {other}, whose path is /api/v1/{other}/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_resource_is_told() {
        let told = "prod_123 is an id of products, whose path is /api/v1/products/prod_123";
        assert_eq!(of_other("/api/v1/customers/prod_123").as_deref(), Some(told));
        assert_eq!(of_other("/api/v1/customers/prod_123/renew").as_deref(), Some(told));
        for own in [
            "/api/v1/products/prod_123",
            "/api/v1/customers/x",
            "/api/v1/customers",
            "/api/lines/prod_123",
        ] {
            assert_eq!(of_other(own), None, "{own}");
        }
    }

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
