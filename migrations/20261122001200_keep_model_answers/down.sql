DROP TABLE model_calls;
DROP TABLE model_months;
DROP TABLE model_answers;
