DROP TABLE rejected_messages;
DROP TABLE cron_ticks;
