-- A database as schema 1 wrote it; never changed again, whatever becomes of the tables.
PRAGMA application_id = 1903521383;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'qunguan','1','2025-03-01 12:00:00+00:00');
CREATE TABLE journal (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            body TEXT NOT NULL,
            raw BLOB,
            decided INTEGER NOT NULL DEFAULT 0 CHECK (decided IN (0, 1))
        ) STRICT;
INSERT INTO "journal" VALUES(1,'message:m1','message',1740830401000000,'{"kind":"message","at":"2025-03-01T12:00:01Z","room":"r1","id":"m1","sender":"u1","name":"小林","type":"text","text":"今天有活动吗","mentions":[],"quote":null,"sent_at":null,"link":null,"miniprogram":null,"card":null,"file":null,"image":null,"forwarded":null}',NULL,1);
INSERT INTO "journal" VALUES(2,'message:m2','message',1740830402000000,'{"kind":"message","at":"2025-03-01T12:00:02Z","room":"r1","id":"m2","sender":"u1","name":"小林","type":"text","text":"今天有活动吗","mentions":[],"quote":null,"sent_at":null,"link":null,"miniprogram":null,"card":null,"file":null,"image":null,"forwarded":null}',NULL,0);
CREATE TABLE meta (
            name TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('account','main');
CREATE TABLE outbox (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            seq INTEGER NOT NULL,
            effect TEXT NOT NULL,
            conversation TEXT NOT NULL,
            priority INTEGER NOT NULL,
            guarantee TEXT NOT NULL CHECK (guarantee IN ('at_least_once', 'at_most_once')),
            created_at INTEGER NOT NULL,
            text TEXT,
            not_before INTEGER,
            expires_at INTEGER,
            status TEXT NOT NULL CHECK
                (status IN ('todo', 'sending', 'done', 'failed', 'unknown', 'refused', 'dropped')),
            attempts INTEGER NOT NULL,
            sent_at INTEGER,
            detail TEXT NOT NULL
        ) STRICT;
INSERT INTO "outbox" VALUES(1,'e1',1,'{"kind":"send_private","to":"u1","purpose":"checkin","words":{"text":"checkin/hello","values":{"name":"小林","days":30},"variant":0}}','u1',5,'at_most_once',1740830400000000,'慢慢说，我们在听。',1740830401000000,1740834000000000,'todo',0,NULL,'');
CREATE TABLE record (
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (kind, key)
        ) STRICT, WITHOUT ROWID;
INSERT INTO "record" VALUES('member','r1' || char(31) || 'u1','{"record":"member","room":"r1","member":"u1","name":"小林","first_seen":"2025-03-01T12:00:00Z","last_at":"2025-03-01T12:00:01Z","messages":1}');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX journal_pending ON journal (seq) WHERE decided = 0;
CREATE INDEX outbox_open ON outbox (status, number) WHERE status IN ('todo', 'sending', 'unknown');
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE status IN ('done', 'unknown');
COMMIT;
