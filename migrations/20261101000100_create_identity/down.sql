DROP TABLE refresh_tokens, sessions, memberships, users, organizations;
