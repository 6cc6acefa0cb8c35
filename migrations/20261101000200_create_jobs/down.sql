DROP TABLE job_vectors, jobs;
