DROP TABLE batch_screenings;
