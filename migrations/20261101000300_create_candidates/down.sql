DROP TABLE chunk_vectors, profile_vectors, applications, candidates, stored_objects;
