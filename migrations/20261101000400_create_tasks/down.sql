DROP TABLE tasks;
DROP FUNCTION task_now();
DROP TABLE task_clock;
