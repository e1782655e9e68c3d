//! Statements made of choices: the same choices make the same statement, and fewer of them a smaller one.

/// A table's name and its columns.
pub type Table = (&'static str, Vec<&'static str>);

/// What statements are made of.
pub struct Words {
    pub tables: Vec<Table>,
    /// Names of functions with the least and the most arguments.
    pub functions: Vec<(&'static str, usize, usize)>,
}

/// A statement in the making.
pub struct Grammar<'a> {
    words: &'a Words,
    choices: &'a [u32],
    at: usize,
    aliases: usize,
    /// What columns may be of: the relations of each query that this place stands in.
    scopes: Vec<Vec<Relation>>,
    /// Queries that WITH named.
    named: Vec<Relation>,
    /// Whether an aggregate may stand here.
    aggregates: bool,
    /// Whether a window may stand here.
    windows: bool,
}

#[derive(Clone)]
struct Relation {
    name: String,
    columns: Vec<String>,
}

const LITERALS: [&str; 26] = [
    "1",
    "0",
    "NULL",
    "-1",
    "2",
    "1.5",
    "'a'",
    "''",
    "'1'",
    "2.5e0",
    "TRUE",
    "'2026-03-15'",
    "4521",
    "'1x '",
    "88",
    "'[1,2,5]'",
    "'é'",
    "9223372036854775807",
    "18446744073709551615",
    "0.000001",
    "'2026-12-31 10:00:00'",
    "1e300",
    "X'4142'",
    "DATE '2026-02-28'",
    "'%a_'",
    "123456789012345678.5",
];

const OPERATORS: [&str; 25] = [
    "=", "+", "-", "*", "/", "%", "DIV", "<", "<=", ">", ">=", "<>", "<=>", "AND", "OR", "XOR", "LIKE", "REGEXP", "&",
    "|", "^", "<<", ">>", "NOT LIKE", "||",
];

const TYPES: [&str; 8] = [
    "SIGNED",
    "UNSIGNED",
    "DECIMAL(10,2)",
    "CHAR",
    "DATE",
    "DATETIME",
    "CHAR(3)",
    "TIME",
];

const UNITS: [&str; 8] = ["DAY", "SECOND", "MONTH", "YEAR", "HOUR", "MINUTE", "WEEK", "QUARTER"];

/// Words that may stand anywhere, and mostly may not.
const TOKENS: [&str; 104] = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP BY",
    "HAVING",
    "ORDER BY",
    "LIMIT",
    "UNION",
    "UNION ALL",
    "EXCEPT",
    "INTERSECT",
    "WITH",
    "RECURSIVE",
    "AS",
    "JOIN",
    "LEFT JOIN",
    "RIGHT JOIN",
    "CROSS JOIN",
    "NATURAL JOIN",
    "ON",
    "USING",
    "DISTINCT",
    "ALL",
    "ANY",
    "EXISTS",
    "IN",
    "NOT",
    "NULL",
    "IS",
    "BETWEEN",
    "LIKE",
    "REGEXP",
    "ESCAPE",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "INTERVAL",
    "DAY",
    "INSERT INTO",
    "REPLACE INTO",
    "VALUES",
    "SET",
    "ON DUPLICATE KEY UPDATE",
    "UPDATE",
    "DELETE FROM",
    "IGNORE",
    "INTO",
    "FOR UPDATE",
    "LOCK IN SHARE MODE",
    "SHOW",
    "TABLES",
    "COLUMNS FROM",
    "DESCRIBE",
    "EXPLAIN",
    "DROP",
    "SET",
    "BEGIN",
    "(",
    ")",
    "(",
    ")",
    ",",
    ",",
    ".",
    "*",
    "*",
    "=",
    "<",
    ">",
    "<=>",
    "+",
    "-",
    "/",
    "%",
    "DIV",
    "MOD",
    "AND",
    "OR",
    "XOR",
    "||",
    "&&",
    "!",
    "~",
    "^",
    "&",
    "|",
    "<<",
    ";",
    "?",
    "@x",
    "@@version",
    "--",
    "/*",
    "*/",
    "#",
    "'",
    "`",
    "OVER",
    "PARTITION BY",
    "COLLATE",
    "utf8_bin",
    "BINARY",
];

impl<'a> Grammar<'a> {
    pub fn new(words: &'a Words, choices: &'a [u32]) -> Grammar<'a> {
        Grammar {
            words,
            choices,
            at: 0,
            aliases: 0,
            scopes: Vec::new(),
            named: Vec::new(),
            aggregates: false,
            windows: false,
        }
    }

    /// Makes a number below `most`; 0 when there are no choices left.
    fn below(&mut self, most: usize) -> usize {
        let choice = self.choices.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        choice as usize % most
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    /// Words in any order.
    pub fn tokens(&mut self) -> String {
        let mut text = String::new();
        let count = 1 + self.below(24);
        for _ in 0..count {
            let (table, columns) = &self.words.tables[self.below(self.words.tables.len())];
            let token = match self.below(6) {
                0 => self.pick(&LITERALS),
                1 => table,
                2 => self.pick(columns),
                3 => {
                    let (name, ..) = self.words.functions[self.below(self.words.functions.len())];
                    text.push_str(name);
                    "("
                }
                _ => self.pick(&TOKENS),
            };
            text.push_str(token);
            if !self.one_in(8) {
                text.push(' ');
            }
        }
        text
    }

    /// A statement, and now and then one word of it is missing.
    pub fn statement(&mut self) -> String {
        let whole = match self.below(8) {
            0 => self.tokens(),
            1 => self.write(),
            _ => self.query(3, None, false),
        };
        if !self.one_in(8) {
            return whole;
        }
        let mut words: Vec<&str> = whole.split(' ').collect();
        words.remove(self.below(words.len()));
        words.join(" ")
    }

    /// INSERT, REPLACE, UPDATE or DELETE.
    fn write(&mut self) -> String {
        let (table, columns) = self.words.tables[self.below(self.words.tables.len())].clone();
        let column = self.pick(&columns);
        let own = Relation {
            name: table.to_owned(),
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
        };
        self.scopes.push(vec![own]);
        let assignments = |grammar: &mut Self| {
            let mut list = Vec::new();
            for _ in 0..1 + grammar.below(3) {
                let column = grammar.pick(&columns);
                list.push(format!("`{column}` = {}", grammar.value(2)));
            }
            list.join(", ")
        };
        let ignore = if self.one_in(4) { "IGNORE " } else { "" };
        let text = match self.below(7) {
            0 => format!(
                "UPDATE {ignore}`{table}` SET {} WHERE {}",
                assignments(self),
                self.value(2)
            ),
            1 => format!("DELETE FROM `{table}` WHERE {} LIMIT 1", self.value(2)),
            2 => format!("INSERT {ignore}INTO `{table}` (`{column}`) VALUES ({})", self.value(2)),
            3 => {
                let set = assignments(self);
                format!("REPLACE INTO `{table}` SET {set}")
            }
            4 => {
                let value = self.value(1);
                format!(
                    "INSERT INTO `{table}` (`{column}`) VALUES ({value}) ON DUPLICATE KEY UPDATE {}",
                    assignments(self)
                )
            }
            5 => {
                self.scopes.pop();
                let rows = self.query(2, Some(1), false);
                self.scopes.push(Vec::new());
                format!("INSERT {ignore}INTO `{table}` (`{column}`) {rows}")
            }
            _ => {
                let set = assignments(self);
                format!(
                    "UPDATE `{table}` JOIN users zz ON zz.id = {} SET {set} LIMIT 2",
                    self.value(1)
                )
            }
        };
        self.scopes.pop();
        text
    }

    /// A query of so many columns; `whole`: ordered by all of them.
    pub fn query(&mut self, depth: usize, columns: Option<usize>, whole: bool) -> String {
        let (aggregates, windows) = (self.aggregates, self.windows);
        let known = self.named.len();
        let count = columns.unwrap_or_else(|| 1 + self.below(3));
        let mut text = String::new();
        if depth > 1 && self.one_in(8) {
            text = self.with(depth);
        }
        let united = depth > 1 && self.one_in(6);
        text.push_str(&self.select(depth, count, whole || united));
        if united {
            for _ in 0..1 + self.below(2) {
                let word = self.pick(&["UNION", "UNION ALL", "UNION", "EXCEPT", "INTERSECT"]);
                let next = self.select(depth - 1, count, true);
                text = format!("{text} {word} {next}");
            }
            if self.one_in(2) || whole {
                let terms: Vec<String> = (1..=count).map(|at| at.to_string()).collect();
                text = format!("{text} ORDER BY {}", terms.join(", "));
            }
        } else if whole {
            let terms: Vec<String> = (1..=count).map(|at| at.to_string()).collect();
            text = format!("{text} ORDER BY {}", terms.join(", "));
        }
        self.named.truncate(known);
        (self.aggregates, self.windows) = (aggregates, windows);
        text
    }

    fn with(&mut self, depth: usize) -> String {
        let name = self.alias();
        if self.one_in(4) {
            self.named.push(Relation {
                name: name.clone(),
                columns: vec!["n".into()],
            });
            return format!("WITH RECURSIVE {name}(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM {name} WHERE n < 4) ");
        }
        let scopes = std::mem::take(&mut self.scopes);
        let query = self.query(depth - 1, Some(2), false);
        self.scopes = scopes;
        self.named.push(Relation {
            name: name.clone(),
            columns: vec!["a".into(), "b".into()],
        });
        format!("WITH {name}(a, b) AS ({query}) ")
    }

    /// One SELECT. `bare`: without an order and a limit.
    fn select(&mut self, depth: usize, count: usize, bare: bool) -> String {
        let from = self.from(depth);
        let grouped = self.below(3);
        (self.aggregates, self.windows) = (false, false);
        let condition = match self.below(3) {
            0 => String::new(),
            _ => format!(" WHERE {}", self.value(depth)),
        };
        let group = match grouped {
            2 => {
                let terms = if self.one_in(4) {
                    format!("1, {}", self.column())
                } else {
                    self.value(depth.min(2))
                };
                format!(" GROUP BY {terms}")
            }
            _ => String::new(),
        };
        self.aggregates = grouped > 0;
        self.windows = self.one_in(4);
        let mut items = Vec::new();
        for at in 0..count {
            let value = self.value(depth);
            items.push(format!("{value} AS c{at}"));
        }
        let (list, windows) = (items.join(", "), self.windows);
        self.windows = false;
        let having = match grouped {
            0 => String::new(),
            _ if self.one_in(3) => match self.below(3) {
                0 => format!(" HAVING c0 {} {}", self.pick(&OPERATORS), self.pick(&LITERALS)),
                1 => format!(" HAVING COUNT(*) > {}", self.pick(&LITERALS)),
                _ => format!(" HAVING {}", self.aggregate(depth.min(1))),
            },
            _ => String::new(),
        };
        let mut order = String::new();
        if !bare && self.one_in(3) {
            self.windows = windows;
            order = match self.below(3) {
                0 => " ORDER BY 1 DESC".to_owned(),
                1 => " ORDER BY c0, RAND()".to_owned(),
                _ => format!(" ORDER BY {}", self.value(depth.min(2))),
            };
            self.windows = false;
        }
        if !bare && self.one_in(4) {
            order.push_str(self.pick(&[" LIMIT 1", " LIMIT 0", " LIMIT 1, 2", " LIMIT 2 OFFSET 1"]));
        }
        let distinct = if self.one_in(6) { "DISTINCT " } else { "" };
        self.scopes.pop();
        self.aggregates = false;
        format!("SELECT {distinct}{list}{from}{condition}{group}{having}{order}")
    }

    /// FROM, whose relations become the scope.
    fn from(&mut self, depth: usize) -> String {
        let mut relations = Vec::new();
        let (mut text, first) = match self.one_in(12) {
            true => {
                self.scopes.push(Vec::new());
                return String::new();
            }
            false => self.relation(depth),
        };
        relations.push(first);
        self.scopes.push(Vec::new());
        for _ in 0..self.pick(&[0, 0, 1, 2]) {
            let (other, relation) = {
                let top = self.scopes.pop();
                let made = self.relation(depth);
                self.scopes.extend(top);
                made
            };
            relations.push(relation);
            let word = self.pick(&["JOIN", "LEFT JOIN", "RIGHT JOIN", "CROSS JOIN", ","]);
            text = match word {
                "," => format!("{text}, {other}"),
                "CROSS JOIN" => format!("{text} CROSS JOIN {other}"),
                _ => {
                    if let Some(top) = self.scopes.last_mut() {
                        // A comma before it hides what stands to its left.
                        *top = relations[relations.len() - if text.contains(", ") { 1 } else { relations.len() }..]
                            .to_vec();
                    }
                    let (aggregates, windows) = (self.aggregates, self.windows);
                    (self.aggregates, self.windows) = (false, false);
                    let on = match self.below(3) {
                        2 => self.value(depth.min(1)),
                        _ => format!("{} = {}", self.column(), self.column()),
                    };
                    (self.aggregates, self.windows) = (aggregates, windows);
                    format!("{text} {word} {other} ON {on}")
                }
            };
        }
        if let Some(top) = self.scopes.last_mut() {
            *top = relations;
        }
        format!(" FROM {text}")
    }

    fn relation(&mut self, depth: usize) -> (String, Relation) {
        let name = self.alias();
        if depth > 1 && self.one_in(6) {
            let scopes = std::mem::take(&mut self.scopes);
            let query = self.query(depth - 1, Some(2), false);
            self.scopes = scopes;
            let columns = vec!["c0".into(), "c1".into()];
            return (format!("({query}) AS {name}"), Relation { name, columns });
        }
        if !self.named.is_empty() && self.one_in(2) {
            let at = self.below(self.named.len());
            let named = self.named[at].clone();
            let text = format!("{} AS {name}", named.name);
            return (text, Relation { name, ..named });
        }
        let (table, columns) = self.words.tables[self.below(self.words.tables.len())].clone();
        let columns = columns.into_iter().map(str::to_owned).collect();
        (format!("`{table}` AS {name}"), Relation { name, columns })
    }

    /// A column of this query, or now and then of one around it.
    fn column(&mut self) -> String {
        let outer = self.one_in(4);
        let at = match (outer, self.scopes.len()) {
            (_, 0) => return self.pick(&LITERALS).to_owned(),
            (true, levels) => self.below(levels),
            (false, levels) => levels - 1,
        };
        if self.scopes[at].is_empty() {
            return self.pick(&LITERALS).to_owned();
        }
        let (relation, column) = (self.below(usize::MAX), self.below(usize::MAX));
        let relation = &self.scopes[at][relation % self.scopes[at].len()];
        let column = column % relation.columns.len();
        format!("{}.`{}`", relation.name, relation.columns[column])
    }

    fn sub_query(&mut self, depth: usize, columns: usize) -> String {
        let (aggregates, windows) = (self.aggregates, self.windows);
        let query = self.query(depth.saturating_sub(1), Some(columns), false);
        (self.aggregates, self.windows) = (aggregates, windows);
        query
    }

    fn values(&mut self, depth: usize, count: usize) -> String {
        let mut values = Vec::new();
        for _ in 0..count {
            values.push(self.value(depth));
        }
        values.join(", ")
    }

    fn aggregate(&mut self, depth: usize) -> String {
        let (aggregates, windows) = (self.aggregates, self.windows);
        (self.aggregates, self.windows) = (false, false);
        let value = self.value(depth);
        let distinct = if self.one_in(4) { "DISTINCT " } else { "" };
        let text = match self.below(10) {
            0 => "COUNT(*)".to_owned(),
            1 => format!("COUNT({distinct}{value})"),
            2 => format!("SUM({distinct}{value})"),
            3 => format!("AVG({distinct}{value})"),
            4 => format!("MIN({value})"),
            5 => format!("MAX({value})"),
            6 => format!("GROUP_CONCAT({distinct}{value} ORDER BY {value} DESC SEPARATOR '-')"),
            7 => format!("GROUP_CONCAT({distinct}{value} ORDER BY 1)"),
            8 => format!("JSON_ARRAYAGG({value})"),
            _ => format!("COUNT(DISTINCT {value}, {})", self.value(depth)),
        };
        (self.aggregates, self.windows) = (aggregates, windows);
        text
    }

    fn window(&mut self, depth: usize) -> String {
        let windows = std::mem::replace(&mut self.windows, false);
        let value = self.value(depth);
        let call = match self.below(7) {
            0 => "ROW_NUMBER()".to_owned(),
            1 => "RANK()".to_owned(),
            2 => "DENSE_RANK()".to_owned(),
            3 => "COUNT(*)".to_owned(),
            4 => format!("SUM({value})"),
            5 => format!("MAX({value})"),
            _ => format!("AVG({value})"),
        };
        let partition = match self.below(2) {
            0 => String::new(),
            _ => format!("PARTITION BY {} ", self.value(depth)),
        };
        let order = match self.below(3) {
            0 => String::new(),
            1 => format!("ORDER BY {}", self.value(depth)),
            _ => format!(
                "ORDER BY {} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
                self.value(depth)
            ),
        };
        self.windows = windows;
        format!("{call} OVER ({partition}{order})")
    }

    /// An expression, at most so deep.
    pub fn value(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.below(3) {
                0 => self.pick(&LITERALS).to_owned(),
                _ => self.column(),
            };
        }
        let less = depth - 1;
        match self.below(22) {
            0..=2 => self.column(),
            3 => self.pick(&LITERALS).to_owned(),
            4..=7 => {
                let left = self.value(less);
                let operator = self.pick(&OPERATORS);
                format!("({left} {operator} {})", self.value(less))
            }
            8 | 9 if self.aggregates => self.aggregate(less),
            8 | 9 if self.windows => self.window(less),
            10 if self.windows => self.window(less),
            8..=10 => {
                let (name, least, most) = self.words.functions[self.below(self.words.functions.len())];
                let count = least + self.below(most.min(least + 2) - least + 1);
                format!("{name}({})", self.values(less, count))
            }
            11 => {
                let one = self.value(less);
                format!("({one} IS {}NULL)", self.pick(&["", "NOT "]))
            }
            12 => format!(
                "({} BETWEEN {} AND {})",
                self.value(less),
                self.value(less),
                self.value(less)
            ),
            13 => {
                let count = 1 + self.below(3);
                let one = self.value(less);
                format!("({one} {}IN ({}))", self.pick(&["", "NOT "]), self.values(less, count))
            }
            14 => format!(
                "CASE WHEN {} THEN {} ELSE {} END",
                self.value(less),
                self.value(less),
                self.value(less)
            ),
            15 => format!(
                "CASE {} WHEN {} THEN {} END",
                self.value(less),
                self.value(less),
                self.value(less)
            ),
            16 => {
                let one = self.value(less);
                format!("CAST({one} AS {})", self.pick(&TYPES))
            }
            17 => {
                let (one, count) = (self.value(less), self.value(0));
                format!(
                    "({one} {} INTERVAL {count} {})",
                    self.pick(&["+", "-"]),
                    self.pick(&UNITS)
                )
            }
            18 => format!("(SELECT * FROM ({}) AS s LIMIT 1)", self.sub_query_alone(depth)),
            19 => {
                let one = self.value(less);
                let query = self.sub_query(depth, 1);
                match self.below(4) {
                    0 => format!("({one} > ANY ({query}))"),
                    1 => format!("({one} <= ALL ({query}))"),
                    2 => format!("({one} NOT IN ({query}))"),
                    _ => format!("({one} IN ({query}))"),
                }
            }
            20 => {
                let query = self.sub_query(depth, 1);
                format!("({}EXISTS ({query}))", self.pick(&["", "NOT "]))
            }
            _ => {
                let query = self.scalar(depth);
                format!("({query})")
            }
        }
    }

    /// A derived table cannot see what stands around it.
    fn sub_query_alone(&mut self, depth: usize) -> String {
        let scopes = std::mem::take(&mut self.scopes);
        let query = self.sub_query(depth, 1);
        self.scopes = scopes;
        query
    }

    /// A correlated query of one row.
    fn scalar(&mut self, depth: usize) -> String {
        let (aggregates, windows) = (self.aggregates, self.windows);
        let from = self.from(depth.saturating_sub(1));
        (self.aggregates, self.windows) = (false, false);
        let condition = self.value(depth - 1);
        self.aggregates = true;
        let value = self.aggregate(depth - 1);
        let whole = match from.is_empty() {
            true => format!("SELECT {condition}"),
            false => format!("SELECT {value}{from} WHERE {condition}"),
        };
        self.scopes.pop();
        (self.aggregates, self.windows) = (aggregates, windows);
        whole
    }
}
