DROP TABLE line_vectors;
