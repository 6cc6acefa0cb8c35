DROP TABLE screenings;
DROP FUNCTION refuse_screening_change();
