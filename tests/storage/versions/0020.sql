BEGIN TRANSACTION;
CREATE TABLE acknowledgements (
	incident_id BIGINT NOT NULL, 
	guild_id BIGINT NOT NULL, 
	"by" BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	level VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_acknowledgements PRIMARY KEY (incident_id, guild_id)
)
 WITHOUT ROWID

;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0020');
CREATE TABLE alert_rules (
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	rule VARCHAR(16) NOT NULL, 
	warn FLOAT, 
	critical FLOAT, 
	for_s FLOAT, 
	enabled BOOLEAN, 
	keep_firing_for_s FLOAT, 
	set_by BIGINT NOT NULL, 
	set_at BIGINT NOT NULL, guild_id BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_alert_rules PRIMARY KEY (panel_id, server_uuid, rule)
);
INSERT INTO "alert_rules" VALUES('main','','disk',80.0,NULL,NULL,NULL,NULL,323456789012345678,1785585600000,0);
CREATE TABLE alert_states (
	panel_id VARCHAR(64) NOT NULL, 
	about VARCHAR(128) NOT NULL, 
	rule VARCHAR(16) NOT NULL, 
	state TEXT NOT NULL, 
	incident_id BIGINT, 
	CONSTRAINT pk_alert_states PRIMARY KEY (panel_id, about, rule)
)
 WITHOUT ROWID

;
INSERT INTO "alert_states" VALUES('main','node:falcon','node','{"phase":"firing"}',1);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	guild_id BIGINT NOT NULL, 
	user_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36), 
	action VARCHAR(64) NOT NULL, 
	facts TEXT NOT NULL, 
	outcome VARCHAR(16) NOT NULL, 
	interaction_id BIGINT, 
	CONSTRAINT pk_audit PRIMARY KEY (id), 
	CONSTRAINT ck_audit_outcome CHECK (outcome IN ('done', 'failed', 'unknown'))
);
INSERT INTO "audit" VALUES(1,1785585600000,123456789012345678,323456789012345678,'main',NULL,'access.grant','{"level":"operator","role":223456789012345678}','done',523456789012345678);
INSERT INTO "audit" VALUES(2,1785585602500,123456789012345678,423456789012345678,'main','1a7ce997-259b-452e-8b4e-cecc464142ca','server.power','{"signal":"restart"}','unknown',NULL);
CREATE TABLE backup_copies (
	id INTEGER NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	server_name TEXT NOT NULL, 
	backup_uuid VARCHAR(36) NOT NULL, 
	backup_name TEXT NOT NULL, 
	backup_at BIGINT NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	checksum TEXT, 
	target VARCHAR(64) NOT NULL, 
	"key" TEXT NOT NULL, 
	part_bytes BIGINT NOT NULL, 
	guild_id BIGINT NOT NULL, 
	asked_by BIGINT NOT NULL, 
	channel_id BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	interaction_id BIGINT, 
	state VARCHAR(16) NOT NULL, 
	upload_id TEXT, 
	sha256 VARCHAR(64), 
	copied_at BIGINT, 
	checked_at BIGINT, 
	ended_at BIGINT, 
	cancelled_by BIGINT, 
	reason TEXT NOT NULL, 
	reported_at BIGINT, 
	CONSTRAINT pk_backup_copies PRIMARY KEY (id), 
	CONSTRAINT ck_backup_copies_state CHECK (state IN ('copying', 'verifying', 'copied', 'deleting', 'failed', 'cancelled', 'gone'))
);
INSERT INTO "backup_copies" VALUES(1,'main','1a7ce997-259b-452e-8b4e-cecc464142ca','Survival','0b3f4f7e-6f0a-4b71-9a5e-3a1d3c1f0e11','nightly',1785585600000,1024,'sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709','nas','main/survival-1a7ce997/2026-08-01-1200-nightly-0b3f4f7e-0a1b2c3d.tar.gz',512,123456789012345678,323456789012345678,723456789012345678,1785585600000,NULL,'copying','upload-1',NULL,NULL,NULL,NULL,NULL,'',NULL);
CREATE TABLE backup_copy_parts (
	copy_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	receipt TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_backup_copy_parts PRIMARY KEY (copy_id, number)
)
 WITHOUT ROWID

;
INSERT INTO "backup_copy_parts" VALUES(1,1,512,'etag','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
CREATE TABLE backup_schedules (
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	guild_id BIGINT NOT NULL, 
	set_by BIGINT NOT NULL, 
	set_at BIGINT NOT NULL, 
	CONSTRAINT pk_backup_schedules PRIMARY KEY (panel_id, server_uuid)
)
 WITHOUT ROWID

;
INSERT INTO "backup_schedules" VALUES('main','1a7ce997-259b-452e-8b4e-cecc464142ca',123456789012345678,323456789012345678,1785585600000);
CREATE TABLE boards (
	guild_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	channel_id BIGINT NOT NULL, 
	set_by BIGINT NOT NULL, 
	set_at BIGINT NOT NULL, 
	nonce VARCHAR(25) NOT NULL, 
	discord_id BIGINT, 
	posted_at BIGINT, 
	shown VARCHAR(64), 
	CONSTRAINT pk_boards PRIMARY KEY (guild_id, panel_id)
);
INSERT INTO "boards" VALUES(123456789012345678,'main',723456789012345678,323456789012345678,1785585600000,'22222222222222222222',NULL,NULL,NULL);
CREATE TABLE changes (
	id VARCHAR(32) NOT NULL, 
	guild_id BIGINT NOT NULL, 
	user_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	path TEXT NOT NULL, 
	target TEXT, 
	kept VARCHAR(16) NOT NULL, 
	is_directory BOOLEAN NOT NULL, 
	size_bytes BIGINT, 
	"before" VARCHAR(64), 
	"after" VARCHAR(64), 
	outcome VARCHAR(16) NOT NULL, 
	undone BOOLEAN NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (id), 
	CONSTRAINT ck_changes_kept CHECK (kept IN ('nothing', 'snapshot', 'trash')), 
	CONSTRAINT ck_changes_outcome CHECK (outcome IN ('done', 'failed', 'unknown'))
);
INSERT INTO "changes" VALUES('20260801T120000000-0a1b2c3d',123456789012345678,423456789012345678,'main','1a7ce997-259b-452e-8b4e-cecc464142ca','edit','/server.properties',NULL,'snapshot',0,26,'9f','a0','done',0);
CREATE TABLE closed_channels (
	channel_id BIGINT NOT NULL, 
	guild_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	why TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	warned_at BIGINT, 
	CONSTRAINT pk_closed_channels PRIMARY KEY (channel_id)
);
INSERT INTO "closed_channels" VALUES(723456789012345678,123456789012345678,'main','it is gone',1785585600000,NULL);
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
	updated_at BIGINT NOT NULL, alert_role_id BIGINT, alerts_by BIGINT, 
	CONSTRAINT pk_guild_settings PRIMARY KEY (guild_id, panel_id)
);
INSERT INTO "guild_settings" VALUES(123456789012345678,'main',723456789012345678,NULL,'["alert_channel", "panel"]',323456789012345678,1785585600000,NULL,NULL);
CREATE TABLE idle_rules (
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	guild_id BIGINT NOT NULL, 
	after_s INTEGER NOT NULL, 
	channel_id BIGINT NOT NULL, 
	set_by BIGINT NOT NULL, 
	set_at BIGINT NOT NULL, 
	stopped_at BIGINT, 
	CONSTRAINT pk_idle_rules PRIMARY KEY (panel_id, server_uuid)
)
 WITHOUT ROWID

;
INSERT INTO "idle_rules" VALUES('main','1a7ce997-259b-452e-8b4e-cecc464142ca',123456789012345678,1800,723456789012345678,323456789012345678,1785585600000,NULL);
CREATE TABLE incident_notes (
	incident_id BIGINT NOT NULL, 
	guild_id BIGINT NOT NULL, 
	note TEXT NOT NULL, 
	noted_by BIGINT NOT NULL, 
	CONSTRAINT pk_incident_notes PRIMARY KEY (incident_id, guild_id)
)
 WITHOUT ROWID

;
CREATE TABLE incidents (
	id INTEGER NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	about VARCHAR(128) NOT NULL, 
	rule VARCHAR(16) NOT NULL, 
	name TEXT NOT NULL, 
	node TEXT, 
	level VARCHAR(16) NOT NULL, 
	worst VARCHAR(16) NOT NULL, 
	fired_at BIGINT NOT NULL, 
	value FLOAT, 
	peak FLOAT, 
	better_since BIGINT, 
	ended_at BIGINT, 
	suppression VARCHAR(16), 
	evidence TEXT NOT NULL, 
	CONSTRAINT pk_incidents PRIMARY KEY (id), 
	CONSTRAINT ck_incidents_levels CHECK (level IN ('warning', 'critical') AND worst IN ('warning', 'critical'))
);
INSERT INTO "incidents" VALUES(1,'main','node:falcon','node','falcon','falcon','critical','critical',1785585600000,NULL,NULL,NULL,NULL,NULL,'{}');
CREATE TABLE job_servers (
	job_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	name TEXT NOT NULL, 
	node TEXT NOT NULL, 
	CONSTRAINT pk_job_servers PRIMARY KEY (job_id, panel_id, server_uuid)
)
 WITHOUT ROWID

;
INSERT INTO "job_servers" VALUES(1,'main','1a7ce997-259b-452e-8b4e-cecc464142ca','Survival','falcon');
CREATE TABLE job_steps (
	job_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	number INTEGER NOT NULL, 
	begun_at BIGINT NOT NULL, 
	settled_at BIGINT, 
	outcome VARCHAR(16), 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_job_steps PRIMARY KEY (job_id, panel_id, server_uuid, kind, number), 
	CONSTRAINT ck_job_steps_outcome CHECK (outcome IN ('done', 'failed', 'unknown', 'skipped'))
)
 WITHOUT ROWID

;
INSERT INTO "job_steps" VALUES(1,'main','1a7ce997-259b-452e-8b4e-cecc464142ca','warning',60,1785585600000,NULL,NULL,'');
CREATE TABLE jobs (
	id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	guild_id BIGINT NOT NULL, 
	user_id BIGINT NOT NULL, 
	channel_id BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	"plan" TEXT NOT NULL, 
	nonce VARCHAR(25) NOT NULL, 
	due_at BIGINT, 
	interaction_id BIGINT, 
	called_off VARCHAR(16), 
	called_off_by BIGINT, 
	ending VARCHAR(16), 
	ended_at BIGINT, 
	detail TEXT NOT NULL, 
	discord_id BIGINT, 
	posted_at BIGINT, 
	shown VARCHAR(64), 
	reported_at BIGINT, 
	CONSTRAINT pk_jobs PRIMARY KEY (id), 
	CONSTRAINT ck_jobs_ending CHECK (ending IN ('done', 'failed', 'called_off'))
);
INSERT INTO "jobs" VALUES(1,'restart',123456789012345678,423456789012345678,723456789012345678,1785585600000,'{"marks": [60, 10], "backup": true, "when_empty": false}','33333333333333333333',1785585660000,523456789012345678,NULL,NULL,NULL,NULL,'',823456789012345678,1785585601000,NULL,NULL);
CREATE TABLE maintenance (
	id INTEGER NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	guild_id BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	set_by BIGINT NOT NULL, 
	CONSTRAINT pk_maintenance PRIMARY KEY (id)
);
INSERT INTO "maintenance" VALUES(1,'main','',123456789012345678,'new disks',1785585600000,1785589200000,323456789012345678);
CREATE TABLE member_keys (
	panel_id VARCHAR(64) NOT NULL, 
	user_id BIGINT NOT NULL, 
	sealed BLOB NOT NULL, 
	fingerprint VARCHAR(16) NOT NULL, 
	added_at BIGINT NOT NULL, 
	CONSTRAINT pk_member_keys PRIMARY KEY (panel_id, user_id)
);
INSERT INTO "member_keys" VALUES('main',423456789012345678,X'674141414141427162645F414D4445794D7A51314E6A63344F5746695932526C5A675879517A37423473466A68437147414444396A7653646F37766A713243493739565F386B5549455F564B6D793741357375557546324B2D5145663266753573396D38386562474D50486341744C594F4176783832773D','6ecf21d29364',1785585600000);
CREATE TABLE message_incidents (
	message_id BIGINT NOT NULL, 
	incident_id BIGINT NOT NULL, shown BOOLEAN DEFAULT 1 NOT NULL, 
	CONSTRAINT pk_message_incidents PRIMARY KEY (message_id, incident_id)
)
 WITHOUT ROWID

;
INSERT INTO "message_incidents" VALUES(1,1,1);
CREATE TABLE messages (
	id INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	channel_id BIGINT NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	group_key TEXT NOT NULL, 
	reference VARCHAR(16) NOT NULL, 
	nonce VARCHAR(25) NOT NULL, 
	created_at BIGINT NOT NULL, 
	mentions_role BOOLEAN NOT NULL, 
	reply_to BIGINT, 
	revision INTEGER NOT NULL, 
	attempted_revision INTEGER, 
	first_attempt_at BIGINT, 
	posted_at BIGINT, 
	discord_id BIGINT, 
	delivery VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_messages PRIMARY KEY (id)
);
INSERT INTO "messages" VALUES(1,123456789012345678,'main',723456789012345678,'alert','node:falcon','Q-0a1b2c3d4e','11111111111111111111',1785585600000,1,NULL,1,NULL,NULL,NULL,NULL,'waiting');
CREATE TABLE metric_hours (
	server_id INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	memory_kib BIGINT NOT NULL, 
	memory_kib_low BIGINT NOT NULL, 
	memory_kib_high BIGINT NOT NULL, 
	cpu_tenths INTEGER NOT NULL, 
	cpu_tenths_low INTEGER NOT NULL, 
	cpu_tenths_high INTEGER NOT NULL, 
	disk_kib BIGINT NOT NULL, 
	disk_kib_low BIGINT NOT NULL, 
	disk_kib_high BIGINT NOT NULL, 
	rx_rate BIGINT, 
	tx_rate BIGINT, 
	observations INTEGER NOT NULL, 
	running INTEGER NOT NULL, 
	offline INTEGER NOT NULL, 
	restarts INTEGER NOT NULL, player_tenths INTEGER, player_tenths_low INTEGER, player_tenths_high INTEGER, player_limit INTEGER, 
	CONSTRAINT pk_metric_hours PRIMARY KEY (server_id, at)
)
 WITHOUT ROWID

;
CREATE TABLE metric_minutes (
	server_id INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	memory_kib BIGINT NOT NULL, 
	memory_kib_low BIGINT NOT NULL, 
	memory_kib_high BIGINT NOT NULL, 
	cpu_tenths INTEGER NOT NULL, 
	cpu_tenths_low INTEGER NOT NULL, 
	cpu_tenths_high INTEGER NOT NULL, 
	disk_kib BIGINT NOT NULL, 
	disk_kib_low BIGINT NOT NULL, 
	disk_kib_high BIGINT NOT NULL, 
	rx_rate BIGINT, 
	tx_rate BIGINT, 
	observations INTEGER NOT NULL, 
	running INTEGER NOT NULL, 
	offline INTEGER NOT NULL, 
	restarts INTEGER NOT NULL, player_tenths INTEGER, player_tenths_low INTEGER, player_tenths_high INTEGER, player_limit INTEGER, 
	CONSTRAINT pk_metric_minutes PRIMARY KEY (server_id, at)
)
 WITHOUT ROWID

;
CREATE TABLE metric_samples (
	server_id INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	memory_kib BIGINT NOT NULL, 
	cpu_tenths INTEGER NOT NULL, 
	disk_kib BIGINT NOT NULL, 
	rx_rate BIGINT, 
	tx_rate BIGINT, 
	observations INTEGER NOT NULL, 
	running INTEGER NOT NULL, 
	offline INTEGER NOT NULL, 
	restarts INTEGER NOT NULL, memory_kib_low BIGINT, memory_kib_high BIGINT, cpu_tenths_low INTEGER, cpu_tenths_high INTEGER, player_tenths INTEGER, player_limit INTEGER, 
	CONSTRAINT pk_metric_samples PRIMARY KEY (server_id, at)
)
 WITHOUT ROWID

;
INSERT INTO "metric_samples" VALUES(1,1785585600,524288,123,1048576,100,NULL,1,1,0,0,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE metric_servers (
	id INTEGER NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	CONSTRAINT pk_metric_servers PRIMARY KEY (id)
);
INSERT INTO "metric_servers" VALUES(1,'main','1a7ce997-259b-452e-8b4e-cecc464142ca');
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	message_id BIGINT NOT NULL, 
	op VARCHAR(16) NOT NULL, 
	due_at BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	CONSTRAINT pk_outbox PRIMARY KEY (id)
);
INSERT INTO "outbox" VALUES(1,1,'post',1785585600000,0);
CREATE TABLE player_queries (
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	protocol VARCHAR(32) NOT NULL, 
	port INTEGER NOT NULL, 
	game VARCHAR(64) NOT NULL, 
	chosen_by BIGINT, 
	answered_at BIGINT, 
	silent_since BIGINT, 
	CONSTRAINT pk_player_queries PRIMARY KEY (panel_id, server_uuid)
)
 WITHOUT ROWID

;
CREATE TABLE public_boards (
	guild_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	channel_id BIGINT NOT NULL, 
	set_by BIGINT NOT NULL, 
	set_at BIGINT NOT NULL, 
	nonce VARCHAR(25) NOT NULL, 
	discord_id BIGINT, 
	posted_at BIGINT, 
	shown VARCHAR(64), 
	CONSTRAINT pk_public_boards PRIMARY KEY (guild_id, panel_id)
);
INSERT INTO "public_boards" VALUES(123456789012345678,'main',723456789012345678,323456789012345678,1785585600000,'33333333333333333333',NULL,NULL,NULL);
CREATE TABLE retention (
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	guild_id BIGINT NOT NULL, 
	keep_last INTEGER NOT NULL, 
	keep_daily INTEGER NOT NULL, 
	keep_weekly INTEGER NOT NULL, 
	keep_monthly INTEGER NOT NULL, 
	set_by BIGINT NOT NULL, 
	set_at BIGINT NOT NULL, 
	applied_to VARCHAR(36), 
	CONSTRAINT pk_retention PRIMARY KEY (panel_id, server_uuid)
);
INSERT INTO "retention" VALUES('main','1a7ce997-259b-452e-8b4e-cecc464142ca',123456789012345678,3,7,4,6,323456789012345678,1785585600000,NULL);
CREATE TABLE server_states (
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	state TEXT NOT NULL, 
	CONSTRAINT pk_server_states PRIMARY KEY (panel_id, server_uuid)
)
 WITHOUT ROWID

;
INSERT INTO "server_states" VALUES('main','1a7ce997-259b-452e-8b4e-cecc464142ca','{"stop_requested":false}');
CREATE TABLE silences (
	guild_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	about VARCHAR(128) NOT NULL, 
	rule VARCHAR(16) NOT NULL, 
	until BIGINT, 
	missed VARCHAR(16), 
	CONSTRAINT pk_silences PRIMARY KEY (guild_id, panel_id, about, rule)
)
 WITHOUT ROWID

;
INSERT INTO "silences" VALUES(123456789012345678,'main','1a7ce997-259b-452e-8b4e-cecc464142ca','memory',1785589200000,NULL);
CREATE TABLE startup_templates (
	guild_id BIGINT NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	source TEXT NOT NULL, 
	variables TEXT NOT NULL, 
	saved_by BIGINT NOT NULL, 
	saved_at BIGINT NOT NULL, 
	CONSTRAINT pk_startup_templates PRIMARY KEY (guild_id, name)
)
 WITHOUT ROWID

;
INSERT INTO "startup_templates" VALUES(100000000000000001,'event','Survival','{"MAX_PLAYERS": "40"}',300000000000000001,1795435200000);
CREATE TABLE whitelist_forms (
	guild_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	server_name TEXT NOT NULL, 
	channel_id BIGINT NOT NULL, 
	set_by BIGINT NOT NULL, 
	set_at BIGINT NOT NULL, 
	CONSTRAINT pk_whitelist_forms PRIMARY KEY (guild_id, panel_id, server_uuid)
)
 WITHOUT ROWID

;
INSERT INTO "whitelist_forms" VALUES(123456789012345678,'main','1a7ce997-259b-452e-8b4e-cecc464142ca','Survival',723456789012345678,323456789012345678,1785585600000);
CREATE TABLE whitelist_requests (
	id INTEGER NOT NULL, 
	guild_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	server_name TEXT NOT NULL, 
	user_id BIGINT NOT NULL, 
	locale VARCHAR(16) NOT NULL, 
	player TEXT NOT NULL, 
	sentence TEXT NOT NULL, 
	requested_at BIGINT NOT NULL, 
	channel_id BIGINT NOT NULL, 
	nonce VARCHAR(25) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	decided_by BIGINT, 
	decided_at BIGINT, 
	reason TEXT NOT NULL, 
	note TEXT NOT NULL, 
	is_unreached BOOLEAN NOT NULL, 
	notified_at BIGINT, 
	closed_at BIGINT, 
	discord_id BIGINT, 
	posted_at BIGINT, 
	shown VARCHAR(64), 
	CONSTRAINT pk_whitelist_requests PRIMARY KEY (id), 
	CONSTRAINT ck_whitelist_requests_state CHECK (state IN ('open', 'deciding', 'approved', 'refused'))
);
INSERT INTO "whitelist_requests" VALUES(1,123456789012345678,'main','1a7ce997-259b-452e-8b4e-cecc464142ca','Survival',423456789012345678,'en-US','Nora','I build castles.',1785585600000,723456789012345678,'44444444444444444444','open',NULL,NULL,'','',0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE work_stops (
	kind VARCHAR(16) NOT NULL, 
	guild_id BIGINT NOT NULL, 
	panel_id VARCHAR(64) NOT NULL, 
	server_uuid VARCHAR(36) NOT NULL, 
	number BIGINT NOT NULL, 
	set_by BIGINT NOT NULL, 
	set_at BIGINT NOT NULL, 
	stopped_at BIGINT NOT NULL, 
	why VARCHAR(16) NOT NULL, 
	notified_at BIGINT, 
	CONSTRAINT pk_work_stops PRIMARY KEY (kind, guild_id, panel_id, server_uuid, number)
)
 WITHOUT ROWID

;
INSERT INTO "work_stops" VALUES('retention',123456789012345678,'main','1a7ce997-259b-452e-8b4e-cecc464142ca',0,323456789012345678,1785585600000,1785589200000,'level',NULL);
CREATE INDEX ix_audit_at ON audit (at);
CREATE INDEX ix_audit_guild_id_at_id ON audit (guild_id, at, id);
CREATE INDEX ix_audit_guild_id_user_id_at_id ON audit (guild_id, user_id, at, id);
CREATE INDEX ix_audit_guild_id_server_uuid_at_id ON audit (guild_id, server_uuid, at, id);
CREATE INDEX ix_audit_guild_id_action_at_id ON audit (guild_id, action, at, id);
CREATE INDEX ix_audit_guild_id_outcome_at_id ON audit (guild_id, outcome, at, id);
CREATE INDEX ix_changes_panel_id_server_uuid_id ON changes (panel_id, server_uuid, id);
CREATE UNIQUE INDEX ix_metric_servers_panel_id_server_uuid ON metric_servers (panel_id, server_uuid);
CREATE INDEX ix_incidents_panel_id_ended_at ON incidents (panel_id, ended_at);
CREATE INDEX ix_incidents_panel_id_about_fired_at ON incidents (panel_id, about, fired_at);
CREATE INDEX ix_incidents_ended_at ON incidents (ended_at);
CREATE INDEX ix_maintenance_panel_id_until ON maintenance (panel_id, until);
CREATE INDEX ix_messages_channel_id_created_at ON messages (channel_id, created_at);
CREATE UNIQUE INDEX ix_messages_reference ON messages (reference);
CREATE INDEX ix_message_incidents_incident_id ON message_incidents (incident_id);
CREATE UNIQUE INDEX ix_outbox_message_id_op ON outbox (message_id, op);
CREATE INDEX ix_jobs_ending ON jobs (ending);
CREATE INDEX ix_jobs_ended_at ON jobs (ended_at);
CREATE INDEX ix_whitelist_requests_closed_at ON whitelist_requests (closed_at);
CREATE INDEX ix_whitelist_requests_guild_id_user_id_requested_at ON whitelist_requests (guild_id, user_id, requested_at);
CREATE INDEX ix_backup_copies_panel_id_server_uuid ON backup_copies (panel_id, server_uuid);
CREATE INDEX ix_backup_copies_state ON backup_copies (state);
COMMIT;
