//! Connection pool, generated schema, and one records file per noun. The only place with SQL.
