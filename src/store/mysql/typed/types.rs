//! The static type of an expression: MariaDB's answers depend on it, and SQLite's own typing must never decide.
//!
//! A type also says how its values are held in SQLite. Every value of an expression is NULL or this:
//!
//! | type | held as |
//! |---|---|
//! | `Int` | INTEGER |
//! | `UInt` | BLOB: see [`Dec::is_wide`] |
//! | `Dec` | INTEGER or, when wide, BLOB: the number times 10^`carried` |
//! | `Double` | REAL |
//! | `Text`, `Json` | TEXT |
//! | `Date` | TEXT `YYYY-MM-DD` |
//! | `DateTime` | TEXT `YYYY-MM-DD HH:MM:SS`, with as many digits behind a point as there are places |
//! | `Time` | INTEGER: microseconds |

/// How texts compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collation {
    /// `utf8mb3_general_ci`.
    General,
    /// `utf8mb3_bin`: by bytes, but for spaces at the end.
    Padded,
    /// By bytes.
    Binary,
}

/// The type of a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dec {
    /// Digits before the point.
    pub whole: u8,
    /// Places that are shown.
    pub places: u8,
    /// Places that are held; at least as many as are shown (10.6: "carried").
    pub carried: u8,
}

/// The static type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Null,
    /// With the number of its digits, at most.
    Int {
        digits: u8,
    },
    /// 64 bits without a sign.
    UInt,
    Dec(Dec),
    /// With the number of places that are shown, where they are fixed.
    Double {
        places: Option<u8>,
    },
    Text(Collation),
    Date,
    DateTime {
        places: u8,
    },
    Time {
        places: u8,
    },
    Json,
}

/// Digits that always fit an INTEGER.
pub const NARROW: u8 = 18;

/// Digits that a wide value can have.
pub const WIDE: u8 = 38;

impl Dec {
    /// Whether values are held as 16 bytes, an `i128` in big-endian order with its sign bit turned, so that the
    /// order of the bytes is the order of the numbers.
    pub fn is_wide(&self) -> bool {
        self.whole.saturating_add(self.carried) > NARROW
    }
}

impl Dec {
    /// A decimal that carries no more places than it shows, within the digits that can be held.
    pub fn new(whole: u8, places: u8) -> Dec {
        Dec::carrying(whole, places, places)
    }

    /// A decimal with places beyond those that are shown; as many of these as can be held.
    pub fn carrying(whole: u8, places: u8, carried: u8) -> Dec {
        let places = places.min(WIDE);
        let whole = whole.min(WIDE.saturating_sub(places)).max(1);
        let most = WIDE.saturating_sub(whole).max(places);
        Dec {
            whole,
            places,
            carried: carried.clamp(places, most),
        }
    }

    /// The decimal that holds the values of both.
    pub fn with(self, other: Dec) -> Dec {
        Dec::carrying(
            self.whole.max(other.whole),
            self.places.max(other.places),
            self.carried.max(other.carried),
        )
    }

    /// The decimal without the places that are not shown.
    pub fn shown(self) -> Dec {
        Dec {
            carried: self.places,
            ..self
        }
    }
}

impl Type {
    /// The type of a comparison.
    pub const TRUTH: Type = Type::Int { digits: 1 };
    /// 64 bits with a sign.
    pub const BIGINT: Type = Type::Int { digits: 19 };
    /// A text in the collation of columns and literals.
    pub const TEXT: Type = Type::Text(Collation::General);
    /// A Double that shows as many places as it has.
    pub const DOUBLE: Type = Type::Double { places: None };

    /// Whether values are integers or decimals.
    pub fn is_exact(self) -> bool {
        matches!(self, Type::Int { .. } | Type::UInt | Type::Dec(_))
    }

    /// Whether values are dates or times.
    pub fn is_temporal(self) -> bool {
        matches!(self, Type::Date | Type::DateTime { .. } | Type::Time { .. })
    }

    /// Whether values are held as texts without being dates.
    pub fn is_text(self) -> bool {
        matches!(self, Type::Text(_) | Type::Json)
    }

    /// What stands behind a value so that it is ordered and grouped as it compares. JSON is a text for both.
    pub fn collate(self) -> String {
        match self {
            Type::Text(collation) => format!(" COLLATE {}", collation.name()),
            Type::Json => format!(" COLLATE {}", Collation::General.name()),
            _ => String::new(),
        }
    }

    /// An exact type as a decimal; none for the others.
    pub fn decimal(self) -> Option<Dec> {
        match self {
            Type::Int { digits } => Some(Dec::new(digits, 0)),
            Type::UInt => Some(Dec::new(20, 0)),
            Type::Dec(dec) => Some(dec),
            _ => None,
        }
    }

    /// Whether values are held as blobs.
    pub fn is_wide(self) -> bool {
        match self {
            Type::UInt => true,
            Type::Dec(dec) => dec.is_wide(),
            _ => false,
        }
    }

    /// Places of a second.
    pub fn fraction(self) -> u8 {
        match self {
            Type::DateTime { places } | Type::Time { places } => places,
            _ => 0,
        }
    }

    /// The type of a column, a CASE or a UNION whose values have either type (10.6: "IF IFNULL COALESCE CASE, UNION").
    pub fn joined(self, other: Type) -> Type {
        use Type::{Date, DateTime, Double, Int, Json, Null, Text, Time, UInt};
        match (self, other) {
            (Null, kind) | (kind, Null) => kind,
            (left, right) if left == right => left,
            (Int { digits: left }, Int { digits: right }) => Int {
                digits: left.max(right),
            },
            (Date, Date) => Date,
            (Date | DateTime { .. } | Time { .. }, Date | DateTime { .. } | Time { .. }) => match (self, other) {
                (Time { places: left }, Time { places: right }) => Time {
                    places: left.max(right),
                },
                _ => DateTime {
                    places: self.fraction().max(other.fraction()),
                },
            },
            (Text(left), Text(right)) => Text(left.stricter(right)),
            (Json | Text(_) | Date | DateTime { .. } | Time { .. }, _)
            | (_, Json | Text(_) | Date | DateTime { .. } | Time { .. }) => Type::TEXT,
            (Double { places: left }, right) | (right, Double { places: left }) => Double {
                places: left.zip(right.shown_places()).map(|(left, right)| left.max(right)),
            },
            (UInt | Int { .. } | Type::Dec(_), UInt | Int { .. } | Type::Dec(_)) => {
                match self.decimal().zip(other.decimal()) {
                    Some((left, right)) => Type::Dec(left.with(right)),
                    None => Type::DOUBLE,
                }
            }
        }
    }

    /// The places that a number shows, where they are fixed.
    pub fn shown_places(self) -> Option<u8> {
        match self {
            Type::Int { .. } | Type::UInt => Some(0),
            Type::Dec(dec) => Some(dec.places),
            Type::Double { places } => places,
            _ => None,
        }
    }
}

impl Collation {
    /// The collation of a comparison between two texts.
    pub fn stricter(self, other: Collation) -> Collation {
        match (self, other) {
            (Collation::Binary, _) | (_, Collation::Binary) => Collation::Binary,
            (Collation::Padded, _) | (_, Collation::Padded) => Collation::Padded,
            (Collation::General, Collation::General) => Collation::General,
        }
    }

    /// Its name in SQLite.
    pub fn name(self) -> &'static str {
        match self {
            Collation::General => "general_ci",
            Collation::Padded => "RTRIM",
            Collation::Binary => "BINARY",
        }
    }
}
