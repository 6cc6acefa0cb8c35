-- Extensions may serve other schemas of the same database, so they stay.
SELECT 1;
