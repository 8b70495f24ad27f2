BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	guild_id BIGINT NOT NULL, 
	user_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36), 
	action VARCHAR(64) NOT NULL, 
	what TEXT NOT NULL, 
	outcome VARCHAR(16) NOT NULL, 
	interaction_id BIGINT, 
	CONSTRAINT pk_audit PRIMARY KEY (id), 
	CONSTRAINT ck_audit_outcome CHECK (outcome IN ('done', 'failed', 'unknown'))
);
INSERT INTO "audit" VALUES(1,1785585600000,123456789012345678,323456789012345678,'main',NULL,'access.grant','{"level":"operator","role":223456789012345678}','done',523456789012345678);
INSERT INTO "audit" VALUES(2,1785585602500,123456789012345678,423456789012345678,'main','1a7ce997-259b-452e-8b4e-cecc464142ca','server.power','{"signal":"restart"}','unknown',NULL);
CREATE TABLE defaults (
	guild_id BIGINT NOT NULL, 
	scope VARCHAR(16) NOT NULL, 
	subject_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	set_by BIGINT NOT NULL, 
	set_at BIGINT NOT NULL, 
	CONSTRAINT pk_defaults PRIMARY KEY (guild_id, scope, subject_id), 
	CONSTRAINT ck_defaults_scope CHECK (scope IN ('self', 'channel', 'guild'))
);
INSERT INTO "defaults" VALUES(123456789012345678,'channel',623456789012345678,'main','1a7ce997-259b-452e-8b4e-cecc464142ca',323456789012345678,1785585600000);
CREATE TABLE grants (
	guild_id BIGINT NOT NULL, 
	subject_kind VARCHAR(16) NOT NULL, 
	subject_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	level VARCHAR(16) NOT NULL, 
	granted_by BIGINT NOT NULL, 
	granted_at BIGINT NOT NULL, 
	CONSTRAINT pk_grants PRIMARY KEY (guild_id, subject_kind, subject_id, panel_id, server_uuid), 
	CONSTRAINT ck_grants_subject_kind CHECK (subject_kind IN ('role', 'person')), 
	CONSTRAINT ck_grants_level CHECK (level IN ('viewer', 'operator', 'manager', 'admin'))
);
INSERT INTO "grants" VALUES(123456789012345678,'role',223456789012345678,'main','','operator',323456789012345678,1785585600000);
INSERT INTO "grants" VALUES(123456789012345678,'person',423456789012345678,'main','1a7ce997-259b-452e-8b4e-cecc464142ca','manager',323456789012345678,1785585601000);
CREATE TABLE guild_settings (
	guild_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	alert_channel_id BIGINT, 
	audit_channel_id BIGINT, 
	setup_steps TEXT NOT NULL, 
	updated_by BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	CONSTRAINT pk_guild_settings PRIMARY KEY (guild_id, panel_id)
);
INSERT INTO "guild_settings" VALUES(123456789012345678,'main',723456789012345678,NULL,'["alert_channel", "panel"]',323456789012345678,1785585600000);
CREATE INDEX ix_audit_at ON audit (at);
CREATE INDEX ix_audit_guild_id_at_id ON audit (guild_id, at, id);
CREATE INDEX ix_audit_guild_id_user_id_at_id ON audit (guild_id, user_id, at, id);
CREATE INDEX ix_audit_guild_id_server_uuid_at_id ON audit (guild_id, server_uuid, at, id);
CREATE INDEX ix_audit_guild_id_action_at_id ON audit (guild_id, action, at, id);
CREATE INDEX ix_audit_guild_id_outcome_at_id ON audit (guild_id, outcome, at, id);
COMMIT;
