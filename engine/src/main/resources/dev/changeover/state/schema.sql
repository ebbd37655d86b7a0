-- Everything Changeover remembers, beside the data it moves. A killed run loses nothing, because it is all here;
-- anybody may read it. Created in one transaction; the comments are stored with the tables (\d+ in psql).

CREATE SCHEMA changeover;
COMMENT ON SCHEMA changeover IS
    'The state of a migration by Changeover. Drop it only when the migration is over.';

CREATE TABLE changeover.version (
    version integer NOT NULL,
    since   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE changeover.version IS
    'The form of this schema, one row for each form it has had; an older Changeover refuses a newer form.';

CREATE TABLE changeover.owner (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch    bigint NOT NULL DEFAULT 0,
    who      text,
    since    timestamptz,
    beat     timestamptz,
    step     text,
    documents_per_second double precision,
    bytes_per_second     double precision
);
COMMENT ON TABLE changeover.owner IS
    'The one process that works on this target. It also holds a session advisory lock; who gets the lock raises the epoch.';
COMMENT ON COLUMN changeover.owner.epoch IS 'Grows with each process; what an earlier one still has open cannot commit.';
COMMENT ON COLUMN changeover.owner.who IS 'user@host, process id.';
COMMENT ON COLUMN changeover.owner.beat IS 'When the process last said that it lives, about once a second.';
COMMENT ON COLUMN changeover.owner.step IS 'What it is doing: schema, split, copy, keys, check, drain, indexes, copied, resync, catch_up, follow; stopped.';
INSERT INTO changeover.owner DEFAULT VALUES;

CREATE TABLE changeover.run (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    source      text NOT NULL,
    plan        text NOT NULL,
    plan_sha256 text NOT NULL,
    started     timestamptz NOT NULL DEFAULT now(),
    t0          bigint,
    first_token text,
    counted     timestamptz,
    copied      timestamptz,
    next_plan   text,
    next_plan_refused text,
    CHECK ((t0 IS NULL) = (first_token IS NULL))
);
COMMENT ON TABLE changeover.run IS 'The migration itself, one row.';
COMMENT ON COLUMN changeover.run.source IS 'The MongoDB deployment: its replica set and hosts, without user and password; or the files.';
COMMENT ON COLUMN changeover.run.plan IS 'changeover.yaml that the rows are written by: as it was when the copy began, or was taken over since.';
COMMENT ON COLUMN changeover.run.t0 IS
    'Cluster time before the first read (seconds * 2^32 + ordinal): every read is at or after it, and changes are followed from it.';
COMMENT ON COLUMN changeover.run.first_token IS 'The first resume token of the change stream opened at t0, as Extended JSON.';
COMMENT ON COLUMN changeover.run.counted IS
    'When all chunks and keys were there, the ledger balanced and the tables held what it says; changes are applied only after that.';
COMMENT ON COLUMN changeover.run.copied IS 'When the first cut was taken and all indexes were there.';
COMMENT ON COLUMN changeover.run.next_plan IS
    'changeover.yaml with additions, which the process that follows takes over between two cuts.';
COMMENT ON COLUMN changeover.run.next_plan_refused IS 'Why the last one could not be taken over.';

CREATE TABLE changeover.relation (
    schema_name text NOT NULL,
    table_name  text NOT NULL,
    namespace   text NOT NULL,
    parent      text,
    made        boolean NOT NULL,
    rows_found  bigint,
    PRIMARY KEY (schema_name, table_name)
);
COMMENT ON TABLE changeover.relation IS 'The tables that are filled.';
COMMENT ON COLUMN changeover.relation.namespace IS 'The MongoDB collection whose documents fill it: database.collection.';
COMMENT ON COLUMN changeover.relation.parent IS 'Of a child table: the table that its parent_id points to.';
COMMENT ON COLUMN changeover.relation.made IS 'True if Changeover made it; it drops no other.';
COMMENT ON COLUMN changeover.relation.rows_found IS 'Rows counted in the table after the copy.';

CREATE TABLE changeover.name (
    namespace   text NOT NULL,
    field       text NOT NULL,
    schema_name text NOT NULL,
    table_name  text NOT NULL,
    column_name text NOT NULL,
    PRIMARY KEY (schema_name, table_name, column_name)
);
COMMENT ON TABLE changeover.name IS 'Which MongoDB field is in which column.';
COMMENT ON COLUMN changeover.name.field IS 'The path of the field from the document''s root.';

CREATE TABLE changeover.collection (
    namespace text PRIMARY KEY,
    documents bigint NOT NULL,
    bytes     bigint NOT NULL,
    chunks    integer NOT NULL
);
COMMENT ON TABLE changeover.collection IS 'The collections that are copied; a row is here once its chunks are planned.';
COMMENT ON COLUMN changeover.collection.documents IS 'The source''s estimate before the copy.';
COMMENT ON COLUMN changeover.collection.bytes IS 'The source''s estimate before the copy, in bytes of BSON.';
COMMENT ON COLUMN changeover.collection.chunks IS 'How many chunks there are, those made by splitting included.';

CREATE TABLE changeover.chunk (
    namespace text NOT NULL REFERENCES changeover.collection,
    ordinal   integer NOT NULL,
    from_id   bytea,
    to_id     bytea,
    done      boolean NOT NULL DEFAULT false,
    documents bigint,
    rows      bigint,
    child_rows bigint,
    bytes     bigint,
    value_count bigint,
    epoch     bigint,
    started   timestamptz,
    ended     timestamptz,
    PRIMARY KEY (namespace, ordinal),
    CHECK (done = (documents IS NOT NULL))
);
COMMENT ON TABLE changeover.chunk IS
    'Ranges of _id, or of a file''s bytes, that together cover a collection exactly once. A chunk becomes done in the transaction that writes its rows.';
COMMENT ON COLUMN changeover.chunk.from_id IS 'The first _id, as the BSON document {_id: value}, of files the byte {place: n}; NULL: from the beginning.';
COMMENT ON COLUMN changeover.chunk.to_id IS 'The _id at which the next chunk begins; NULL: to the end.';
COMMENT ON COLUMN changeover.chunk.documents IS 'Documents read.';
COMMENT ON COLUMN changeover.chunk.rows IS 'Rows that PostgreSQL acknowledged in the collection''s own table.';
COMMENT ON COLUMN changeover.chunk.child_rows IS 'Rows that PostgreSQL acknowledged in its child tables.';
COMMENT ON COLUMN changeover.chunk.bytes IS 'Bytes of BSON read.';
COMMENT ON COLUMN changeover.chunk.value_count IS 'Values found in the documents, as changeover.tally counts them.';
COMMENT ON COLUMN changeover.chunk.epoch IS 'The owner that copied it.';
CREATE INDEX ON changeover.chunk (namespace, ordinal) WHERE NOT done;

CREATE TABLE changeover.tally (
    namespace text NOT NULL,
    field     text NOT NULL,
    outcome   text NOT NULL CHECK (outcome IN ('exact', 'converted', 'kept', 'excluded')),
    reason    text NOT NULL,
    value_count bigint NOT NULL,
    example   text NOT NULL,
    PRIMARY KEY (namespace, field, outcome, reason)
);
COMMENT ON TABLE changeover.tally IS
    'The ledger: what became of every value. Over a collection, its sum equals the sum of changeover.chunk.value_count.';
COMMENT ON COLUMN changeover.tally.outcome IS
    'exact: in its column; converted: in its column, its type noted in mongo_extra; kept: in mongo_extra; excluded: left behind, as the plan says.';
COMMENT ON COLUMN changeover.tally.example IS 'The mongo_id of a document with such a value.';

CREATE TABLE changeover.build (
    schema_name text NOT NULL,
    table_name  text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('key', 'index', 'analyze')),
    name        text NOT NULL,
    state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'failed')),
    reason      text,
    ended       timestamptz,
    PRIMARY KEY (schema_name, table_name, kind, name)
);
COMMENT ON TABLE changeover.build IS 'Keys and indexes that are built after the copy.';
COMMENT ON COLUMN changeover.build.reason IS 'Of a failed one: why. The next run tries it again.';

CREATE TABLE changeover.setting (
    name  text PRIMARY KEY,
    value double precision NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE changeover.setting IS
    'What may be changed while a run goes on; it looks here every second. Names: max_documents_per_second, max_mb_per_second.';

CREATE TABLE changeover.dirty (
    namespace text NOT NULL,
    id        uuid NOT NULL,
    key       bytea NOT NULL,
    first     numeric(20) NOT NULL,
    last      numeric(20) NOT NULL,
    PRIMARY KEY (namespace, id)
);
COMMENT ON TABLE changeover.dirty IS
    'The spool: documents that the change stream said have changed, until a cut has them.';
COMMENT ON COLUMN changeover.dirty.id IS 'The row''s id, derived from the key.';
COMMENT ON COLUMN changeover.dirty.key IS 'The BSON document {_id: value}.';
COMMENT ON COLUMN changeover.dirty.first IS
    'Not after the first change that no cut has (cluster time, seconds * 2^32 + ordinal): a cut from here on takes it along.';
COMMENT ON COLUMN changeover.dirty.last IS 'Cluster time of the last change: a cut from here on takes it off.';
CREATE INDEX ON changeover.dirty (first);

CREATE TABLE changeover.stream (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position numeric(20)
);
COMMENT ON TABLE changeover.stream IS
    'How far the change stream has been read; it is opened here again, this instant included.';
COMMENT ON COLUMN changeover.stream.position IS
    'Cluster time: every change before it is applied or in the spool. NULL: at t0.';
INSERT INTO changeover.stream DEFAULT VALUES;

CREATE TABLE changeover.followed (
    namespace text PRIMARY KEY,
    uuid      uuid
);
COMMENT ON TABLE changeover.followed IS 'The collections whose changes are followed.';
COMMENT ON COLUMN changeover.followed.uuid IS
    'The collection that the rows are from, as MongoDB names it for ever; NULL while there is none.';

CREATE TABLE changeover.reset (
    namespace text NOT NULL,
    at        numeric(20) NOT NULL,
    uuid      uuid,
    PRIMARY KEY (namespace, at)
);
COMMENT ON TABLE changeover.reset IS
    'Collections that were dropped, created, renamed or replaced: a cut from that time on begins with an empty table.';
COMMENT ON COLUMN changeover.reset.uuid IS 'The collection that had the name from then on; NULL: none.';

CREATE TABLE changeover.drift (
    namespace   text NOT NULL,
    field       text NOT NULL,
    type        text NOT NULL,
    value_count bigint NOT NULL,
    example     text NOT NULL,
    first_seen  timestamptz NOT NULL DEFAULT now(),
    last_seen   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, field, type)
);
COMMENT ON TABLE changeover.drift IS
    'Fields that the plan does not know, seen in documents that changed after the copy. Their values are in mongo_extra.';
COMMENT ON COLUMN changeover.drift.field IS 'The path of the field from the document''s root; past a thousand, (other fields).';
COMMENT ON COLUMN changeover.drift.type IS 'BSON type, by its alias.';
COMMENT ON COLUMN changeover.drift.value_count IS 'Values written by cuts; a document that changes again is counted again.';
COMMENT ON COLUMN changeover.drift.example IS 'The mongo_id of a document with such a value.';

CREATE TABLE changeover.backfill (
    namespace text PRIMARY KEY,
    fields    text[] NOT NULL,
    from_id   bytea,
    documents bigint NOT NULL DEFAULT 0,
    since     timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE changeover.backfill IS
    'Collections whose fields got columns while they were followed: documents that had them before are read anew. A row goes when all are.';
COMMENT ON COLUMN changeover.backfill.fields IS 'Documents with one of these paths; empty: all documents.';
COMMENT ON COLUMN changeover.backfill.from_id IS
    'Those before this _id, the BSON document {_id: value}, are applied or in the spool; NULL: none is.';
COMMENT ON COLUMN changeover.backfill.documents IS 'How many that are.';

CREATE TABLE changeover.promise (
    schema_name     text NOT NULL,
    table_name      text NOT NULL,
    constraint_name text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('not null', 'check', 'foreign key')),
    column_name     text NOT NULL,
    made            timestamptz NOT NULL DEFAULT now(),
    taken_back      timestamptz,
    reason          text,
    PRIMARY KEY (schema_name, table_name, constraint_name)
);
COMMENT ON TABLE changeover.promise IS
    'Constraints that changeover finish has made. The process that follows takes back those that a document of MongoDB breaks.';
COMMENT ON COLUMN changeover.promise.constraint_name IS
    'Of NOT NULL: the CHECK that shows it to hold, which goes once the column is NOT NULL.';
COMMENT ON COLUMN changeover.promise.column_name IS 'Of NOT NULL; else empty.';
COMMENT ON COLUMN changeover.promise.taken_back IS 'When it was; NULL: it stands, or is being made.';
COMMENT ON COLUMN changeover.promise.reason IS 'Which document broke it.';

CREATE TABLE changeover.cut (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    at       numeric(20),
    number   bigint NOT NULL DEFAULT 0,
    exact    boolean NOT NULL DEFAULT true,
    between  boolean NOT NULL DEFAULT false,
    taken    timestamptz
);
COMMENT ON TABLE changeover.cut IS
    'The last cut: the tables are what MongoDB held at this one cluster time, across all collections.';
COMMENT ON COLUMN changeover.cut.at IS 'Cluster time (seconds * 2^32 + ordinal); NULL before the first cut.';
COMMENT ON COLUMN changeover.cut.number IS 'How many cuts there have been.';
COMMENT ON COLUMN changeover.cut.exact IS
    'False where the source has no reads at an instant: then each row is right at or after that time, not all at one.';
COMMENT ON COLUMN changeover.cut.between IS
    'True while more has changed than one transaction takes: some rows are newer than that time already, until the next cut.';
INSERT INTO changeover.cut DEFAULT VALUES;

CREATE TABLE changeover.suspect (
    watch     uuid NOT NULL,
    namespace text NOT NULL,
    id        uuid NOT NULL,
    touched   boolean NOT NULL DEFAULT false,
    PRIMARY KEY (watch, id)
);
COMMENT ON TABLE changeover.suspect IS
    'Rows that a verification takes for different where documents cannot be read as of the cut. Empty but for moments.';
COMMENT ON COLUMN changeover.suspect.touched IS 'True: a pass has read the document anew since, so it changed on the way.';
CREATE INDEX ON changeover.suspect (namespace, id);

CREATE TABLE changeover.follower (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    heard    timestamptz,
    head     numeric(20),
    silent_seconds bigint,
    lag_seconds   bigint,
    events_behind bigint,
    spooled  boolean,
    events_per_second    double precision,
    documents_per_second double precision,
    rows_per_second      double precision,
    events    bigint,
    documents bigint,
    rows      bigint,
    oplog_window_seconds bigint,
    last_error    text,
    last_error_at timestamptz
);
COMMENT ON TABLE changeover.follower IS
    'How far the following of changes is, as the process last said, about once a second; the cut itself is in changeover.cut.';
COMMENT ON COLUMN changeover.follower.heard IS 'When this was written. NULL: no process has followed yet.';
COMMENT ON COLUMN changeover.follower.head IS 'The source''s time as last heard (cluster time, seconds * 2^32 + ordinal).';
COMMENT ON COLUMN changeover.follower.silent_seconds IS
    'How long head has stood still; from 5 on the source does not answer, and it counts as lag.';
COMMENT ON COLUMN changeover.follower.lag_seconds IS 'From the last cut to head, whole seconds; NULL before the first cut.';
COMMENT ON COLUMN changeover.follower.events_behind IS 'Changes read that no cut has.';
COMMENT ON COLUMN changeover.follower.spooled IS 'True: changed documents wait in changeover.dirty, beside those of events_behind.';
COMMENT ON COLUMN changeover.follower.events_per_second IS 'Over the last ten seconds or so, like the next two.';
COMMENT ON COLUMN changeover.follower.events IS 'Changes read since the process began.';
COMMENT ON COLUMN changeover.follower.documents IS
    'Documents read anew since the process began: fewer than events, as the changes of one document collapse.';
COMMENT ON COLUMN changeover.follower.rows IS 'Rows written since the process began.';
COMMENT ON COLUMN changeover.follower.oplog_window_seconds IS
    'How far changeover.stream is from the oplog''s first entry: at 0 changes are lost. NULL: the user may not look.';
COMMENT ON COLUMN changeover.follower.last_error IS 'What was last tried again, or what the process ended with.';
INSERT INTO changeover.follower DEFAULT VALUES;

CREATE FUNCTION changeover.applied_through() RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT at FROM changeover.cut $$;
COMMENT ON FUNCTION changeover.applied_through() IS
    'The cluster time of the last cut (seconds * 2^32 + ordinal): every write up to it can be read here. NULL before the first.';

CREATE FUNCTION changeover.wait_until_applied(seconds bigint, ordinal bigint, timeout interval DEFAULT '5 seconds')
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    goal  numeric := seconds::numeric * 4294967296 + ordinal;
    until timestamptz := clock_timestamp() + timeout;
BEGIN
    IF goal IS NULL OR until IS NULL THEN
        RAISE EXCEPTION 'seconds, ordinal and timeout must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE EXCEPTION 'a % transaction never sees a cut that is taken after it began',
                upper(current_setting('transaction_isolation'))
            USING ERRCODE = 'invalid_transaction_state',
                HINT = 'Call changeover.wait_until_applied in a statement of its own before BEGIN, or use READ COMMITTED.';
    END IF;
    LOOP -- each look is a statement with a snapshot of its own
        IF EXISTS (SELECT FROM changeover.cut c WHERE c.at >= goal) THEN
            RETURN true;
        END IF;
        IF clock_timestamp() >= until THEN
            RETURN false;
        END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
END $$;
COMMENT ON FUNCTION changeover.wait_until_applied(bigint, bigint, interval) IS
    'Waits until a write of that cluster time (the operationTime of MongoDB''s reply to it) can be read here, by the next statement. False: not in time.';

CREATE TABLE changeover.verification (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mode    text NOT NULL CHECK (mode IN ('full', 'sample', 'counts', 'resync')),
    whole   boolean NOT NULL,
    who     text NOT NULL,
    files   text,
    started timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended   timestamptz
);
COMMENT ON COLUMN changeover.verification.files IS 'The files that the rows are compared with; NULL: MongoDB.';
COMMENT ON TABLE changeover.verification IS 'Comparisons of the rows with MongoDB''s documents, by changeover verify.';
COMMENT ON COLUMN changeover.verification.mode IS
    'full: every document with its rows, and every row; sample: some documents; counts: how many there are; resync: as full, by changeover run --resync, not at cuts.';
COMMENT ON COLUMN changeover.verification.whole IS 'True: of all collections of the plan.';
COMMENT ON COLUMN changeover.verification.ended IS 'NULL: it goes on, or was stopped; the same command goes on with it.';

CREATE TABLE changeover.verified (
    verification bigint NOT NULL REFERENCES changeover.verification ON DELETE CASCADE,
    namespace text NOT NULL,
    documents bigint NOT NULL DEFAULT 0,
    rows      bigint NOT NULL DEFAULT 0,
    child_rows bigint NOT NULL DEFAULT 0,
    differing bigint NOT NULL DEFAULT 0,
    missing   bigint NOT NULL DEFAULT 0,
    surplus   bigint NOT NULL DEFAULT 0,
    orphans   bigint NOT NULL DEFAULT 0,
    undecided bigint NOT NULL DEFAULT 0,
    first_cut numeric(20),
    last_cut  numeric(20),
    rows_after uuid,
    rows_done boolean NOT NULL DEFAULT false,
    ended     timestamptz,
    PRIMARY KEY (verification, namespace)
);
COMMENT ON TABLE changeover.verified IS 'What a verification has found of each collection.';
COMMENT ON COLUMN changeover.verified.documents IS 'Documents compared with their rows.';
COMMENT ON COLUMN changeover.verified.rows IS 'Rows of the collection''s own table whose documents were looked for.';
COMMENT ON COLUMN changeover.verified.child_rows IS 'Rows of child tables compared.';
COMMENT ON COLUMN changeover.verified.differing IS 'Documents whose rows say something else.';
COMMENT ON COLUMN changeover.verified.missing IS 'Documents without a row.';
COMMENT ON COLUMN changeover.verified.surplus IS 'Rows without a document.';
COMMENT ON COLUMN changeover.verified.orphans IS 'Child rows without a parent, counted by the parent that is not there.';
COMMENT ON COLUMN changeover.verified.undecided IS
    'Documents that changed again and again while they were compared, on a source without reads at an instant.';
COMMENT ON COLUMN changeover.verified.first_cut IS
    'Each part was compared at a cut of its own: this is the earliest (cluster time, seconds * 2^32 + ordinal).';
COMMENT ON COLUMN changeover.verified.rows_after IS 'The documents of the rows up to this id were looked for.';

CREATE TABLE changeover.verification_part (
    verification bigint NOT NULL REFERENCES changeover.verification ON DELETE CASCADE,
    namespace text NOT NULL,
    ordinal   integer NOT NULL,
    from_id   bytea,
    to_id     bytea,
    done      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (verification, namespace, ordinal)
);
COMMENT ON TABLE changeover.verification_part IS 'Ranges of _id that are compared one by one, each at one cut.';

CREATE TABLE changeover.difference (
    verification bigint NOT NULL REFERENCES changeover.verification ON DELETE CASCADE,
    namespace   text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('differs', 'missing', 'surplus', 'orphan')),
    id          uuid NOT NULL,
    key         bytea,
    mongo_id    text NOT NULL,
    schema_name text NOT NULL,
    table_name  text NOT NULL,
    column_name text NOT NULL,
    expected    text NOT NULL,
    actual      text NOT NULL
);
COMMENT ON TABLE changeover.difference IS 'The differences that a verification has found, up to some thousands of a collection.';
COMMENT ON COLUMN changeover.difference.id IS 'The row''s id, or the one that it should have.';
COMMENT ON COLUMN changeover.difference.key IS 'The BSON document {_id: value}; NULL where there is no document.';
COMMENT ON COLUMN changeover.difference.column_name IS 'Of a child row with its place; (rows): there are more or fewer of them.';
COMMENT ON COLUMN changeover.difference.expected IS 'What the document says; long values are cut off.';
COMMENT ON COLUMN changeover.difference.actual IS 'What the row says.';
CREATE INDEX ON changeover.difference (verification, namespace, id);

CREATE TABLE changeover.repair (
    number    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text NOT NULL,
    id        uuid NOT NULL,
    key       bytea,
    UNIQUE (namespace, id)
);
COMMENT ON TABLE changeover.repair IS
    'Rows that were found to differ from their documents: the process that follows writes them anew in one of its next cuts.';
COMMENT ON COLUMN changeover.repair.key IS 'The BSON document {_id: value}; NULL: the row has no document, and goes.';

CREATE TABLE changeover.phase (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    phase    text NOT NULL DEFAULT 'mongo' CHECK (phase IN ('mongo', 'both', 'pg-reads', 'postgres')),
    epoch    bigint NOT NULL DEFAULT 0,
    since    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE changeover.phase IS 'Where the application reads and writes: the one truth for all its instances.';
COMMENT ON COLUMN changeover.phase.epoch IS 'Grows with every change of the phase, back too.';
INSERT INTO changeover.phase DEFAULT VALUES;

CREATE FUNCTION changeover.phase_lock() RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT 7163096597997447540 $$;
COMMENT ON FUNCTION changeover.phase_lock() IS
    'The advisory lock of the phase, "chngwrit" in ASCII: shared by every transaction that writes, had alone by the one that moves the phase. Not the row itself: whoever wants that alone is never let in by a steady stream of sharers.';

CREATE FUNCTION changeover.phase_moves() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(changeover.phase_lock());
    RETURN NULL;
END $$;
COMMENT ON FUNCTION changeover.phase_moves() IS 'Trigger: the phase moves when no transaction that writes has a share of it.';

CREATE TRIGGER phase_moves BEFORE UPDATE OR DELETE ON changeover.phase
    FOR EACH STATEMENT EXECUTE FUNCTION changeover.phase_moves();

CREATE FUNCTION changeover.share_phase(OUT phase text, OUT epoch bigint)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(changeover.phase_lock());
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        -- fails where the snapshot is older than the phase
        SELECT p.phase, p.epoch INTO phase, epoch FROM changeover.phase p FOR SHARE;
    ELSE
        SELECT p.phase, p.epoch INTO phase, epoch FROM changeover.phase p;
    END IF;
END $$;
COMMENT ON FUNCTION changeover.share_phase() IS 'The phase as it is now; it does not move until the transaction ends.';

CREATE TABLE changeover.phase_step (
    epoch      bigint PRIMARY KEY,
    from_phase text NOT NULL,
    to_phase   text NOT NULL,
    who        text NOT NULL,
    begun      timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended      timestamptz,
    undone     boolean NOT NULL DEFAULT false,
    overridden text[] NOT NULL DEFAULT '{}',
    reason     text
);
COMMENT ON TABLE changeover.phase_step IS 'Who moved the phase, when, from where to where; the last one may still be open.';
COMMENT ON COLUMN changeover.phase_step.epoch IS 'The epoch that it began.';
COMMENT ON COLUMN changeover.phase_step.ended IS
    'When every instance had acknowledged it and the hook had succeeded, or it was given up. NULL: it is not complete.';
COMMENT ON COLUMN changeover.phase_step.undone IS 'True: given up; the step after it went back.';
COMMENT ON COLUMN changeover.phase_step.overridden IS 'The guards that did not hold and were overridden by --force.';
COMMENT ON COLUMN changeover.phase_step.reason IS 'Of one that was given up, or that goes back for another: why.';

CREATE TABLE changeover.instance (
    name       text PRIMARY KEY,
    epoch      bigint NOT NULL,
    lease_ends timestamptz NOT NULL,
    joined     timestamptz NOT NULL DEFAULT clock_timestamp(),
    heard      timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE changeover.instance IS 'The instances of the application that have said that they are there.';
COMMENT ON COLUMN changeover.instance.epoch IS
    'What it has acknowledged: it begins no call by an earlier epoch any more, and those that it had begun have ended.';
COMMENT ON COLUMN changeover.instance.lease_ends IS 'Until then a change of the phase waits for it.';

CREATE FUNCTION changeover.current_phase(OUT phase text, OUT db_target text, OUT epoch bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.phase, CASE p.phase WHEN 'pg-reads' THEN 'both' ELSE p.phase END, p.epoch FROM changeover.phase p
$$;
COMMENT ON FUNCTION changeover.current_phase() IS 'The phase, DB_TARGET (mongo, both, postgres) and the epoch.';

CREATE FUNCTION changeover.renew_lease(instance text, acknowledged bigint, lease interval DEFAULT '10 seconds',
    OUT phase text, OUT db_target text, OUT epoch bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF instance IS NULL OR acknowledged IS NULL OR lease IS NULL THEN
        RAISE EXCEPTION 'instance, acknowledged and lease must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF lease <= interval '0' OR lease > interval '10 minutes' THEN
        RAISE EXCEPTION 'a lease of % is not between 0 and 10 minutes', lease
            USING ERRCODE = 'invalid_parameter_value', HINT = 'A change of the phase waits as long for a dead instance.';
    END IF;
    SELECT p.phase, p.db_target, p.epoch INTO phase, db_target, epoch FROM changeover.current_phase() p;
    IF acknowledged > epoch THEN
        RAISE EXCEPTION 'epoch % has not been yet, the phase is at %', acknowledged, epoch
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Acknowledge the epoch that this function or changeover.current_phase() told.';
    END IF;
    INSERT INTO changeover.instance AS i (name, epoch, lease_ends)
    VALUES (instance, acknowledged, clock_timestamp() + lease)
    ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, lease_ends = excluded.lease_ends, heard = clock_timestamp();
END $$;
COMMENT ON FUNCTION changeover.renew_lease(text, bigint, interval) IS
    'An instance says that it is there and which epoch all its calls go by, and learns the phase; every second or two.';

CREATE FUNCTION changeover.end_lease(instance text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ DELETE FROM changeover.instance i WHERE i.name = instance $$;
COMMENT ON FUNCTION changeover.end_lease(text) IS 'An instance ends, and all its calls have: no change of the phase waits for it.';

CREATE FUNCTION changeover.begin_write(epoch bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    now record;
BEGIN
    SELECT * INTO now FROM changeover.share_phase();
    IF now.phase <> 'postgres' OR now.epoch IS DISTINCT FROM begin_write.epoch THEN
        RAISE EXCEPTION 'a write of epoch % is too late or too early: the phase is % at epoch %',
                begin_write.epoch, now.phase, now.epoch
            USING ERRCODE = 'CH001', HINT = 'Ask changeover.current_phase(), and begin the call anew.';
    END IF;
    PERFORM set_config('changeover.writes', now.epoch::text, true);
END $$;
COMMENT ON FUNCTION changeover.begin_write(bigint) IS
    'First in every transaction of the application that writes: fails with SQLSTATE CH001 unless PostgreSQL is in charge at that epoch, and keeps the phase from moving until the transaction ends.';

CREATE TABLE changeover.rehearsal (
    transaction xid8 PRIMARY KEY
);
COMMENT ON TABLE changeover.rehearsal IS 'Transactions that only try to write. Always empty, as none of them can commit.';

CREATE FUNCTION changeover.rehearsed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'a rehearsal is never committed' USING ERRCODE = 'CH002', HINT = 'ROLLBACK it.';
END $$;
COMMENT ON FUNCTION changeover.rehearsed() IS 'Trigger: the commit of a rehearsal fails.';

CREATE CONSTRAINT TRIGGER rehearsed AFTER INSERT ON changeover.rehearsal DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION changeover.rehearsed();

CREATE FUNCTION changeover.begin_rehearsal() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ INSERT INTO changeover.rehearsal VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING $$;
COMMENT ON FUNCTION changeover.begin_rehearsal() IS
    'First in a transaction that tries, in any phase, what the application would write: its commit fails with SQLSTATE CH002.';

CREATE FUNCTION changeover.fence() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    now record;
BEGIN
    IF current_setting('changeover.writes', true) <> '' THEN
        RETURN NULL; -- looked at in this transaction, whose share keeps the phase
    END IF;
    SELECT * INTO now FROM changeover.share_phase();
    IF now.phase = 'postgres' THEN
        PERFORM set_config('changeover.writes', now.epoch::text, true);
    ELSIF NOT EXISTS (SELECT FROM changeover.rehearsal r WHERE r.transaction = pg_current_xact_id_if_assigned()) THEN
        RAISE EXCEPTION 'MongoDB is in charge of %.%: the phase is %', TG_TABLE_SCHEMA, TG_TABLE_NAME, now.phase
            USING ERRCODE = 'CH001', HINT = 'Write to MongoDB; changeover brings it here.';
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION changeover.fence() IS
    'Trigger: before the cutover nobody but Changeover writes the tables; after it, each writing transaction keeps the phase until it ends.';

CREATE FUNCTION changeover.hold_phase(patience interval) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    until  timestamptz := clock_timestamp() + patience;
    holder record;
    open   text;
BEGIN
    PERFORM set_config('lock_timeout', '300ms', true);
    LOOP
        BEGIN
            PERFORM pg_advisory_xact_lock(changeover.phase_lock());
            PERFORM FROM changeover.phase FOR UPDATE; -- cuts have a share of the row itself
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            open := '';
        END;
        PERFORM pg_stat_clear_snapshot();
        FOR holder IN
            SELECT a.pid, a.application_name, a.client_addr, a.state, clock_timestamp() - a.state_change AS silent
            FROM pg_stat_activity a
            WHERE a.pid IN (
                    SELECT l.pid FROM pg_locks l
                    WHERE (l.relation = 'changeover.phase'::regclass AND l.mode = 'RowShareLock'
                            OR l.locktype = 'advisory' AND l.objsubid = 1
                                AND (l.classid::bigint << 32) + l.objid::bigint = changeover.phase_lock())
                        AND l.granted AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
                AND a.pid <> pg_backend_pid()
                AND a.wait_event_type IS DISTINCT FROM 'Lock' -- waits for the phase, too
        LOOP
            open := open || format(', pid %s of %s at %s', holder.pid, holder.application_name, holder.client_addr);
            BEGIN
                IF holder.state LIKE 'idle in transaction%' AND holder.silent > interval '1 second'
                    AND holder.application_name NOT LIKE 'changeover %' THEN -- ours are seen to by others
                    PERFORM pg_terminate_backend(holder.pid);
                END IF;
            EXCEPTION WHEN insufficient_privilege THEN
                open := open || ' (idle, and may only be ended by its own role or pg_signal_backend)';
            END;
        END LOOP;
        IF clock_timestamp() > until THEN
            RAISE EXCEPTION 'transactions that write stayed open%', open
                USING ERRCODE = 'lock_not_available', HINT = 'End them, or wait until they have ended.';
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION changeover.hold_phase(interval) IS
    'Keeps the phase from everybody until the transaction ends. A session that has a share of it and has been silent for a second, amid its transaction, is ended: its host may be gone.';

CREATE TABLE changeover.reverse (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    fence     uuid NOT NULL DEFAULT gen_random_uuid(),
    installed timestamptz
);
COMMENT ON TABLE changeover.reverse IS
    'MongoDB following these tables, once they are the authority: for the way back.';
COMMENT ON COLUMN changeover.reverse.fence IS
    'The _id of the document in MongoDB, collection changeover.reverse, that every transaction of the worker moves on.';
COMMENT ON COLUMN changeover.reverse.installed IS 'Since when triggers queue what changes; NULL: they do not.';
INSERT INTO changeover.reverse DEFAULT VALUES;

CREATE TABLE changeover.reverse_queue (
    seq       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text NOT NULL,
    id        uuid,
    mongo_id  text,
    extra     jsonb
);
COMMENT ON TABLE changeover.reverse_queue IS
    'Rows that changed here and whose documents are not yet written. A row goes only after MongoDB has committed.';
COMMENT ON COLUMN changeover.reverse_queue.seq IS
    'In no order of commits: what is seen is taken by its number, never what is "after" a number.';
COMMENT ON COLUMN changeover.reverse_queue.id IS 'Of the row, of a child row its parent_id; NULL: every document (TRUNCATE).';
COMMENT ON COLUMN changeover.reverse_queue.mongo_id IS 'Of the row; NULL: a child row changed.';
COMMENT ON COLUMN changeover.reverse_queue.extra IS 'mongo_extra, where mongo_id is only a digest of the key.';

CREATE TABLE changeover.reverse_held (
    namespace text NOT NULL,
    id        uuid NOT NULL,
    mongo_id  text,
    extra     jsonb,
    reason    text NOT NULL,
    since     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, id)
);
COMMENT ON TABLE changeover.reverse_held IS
    'Changes that MongoDB cannot take as they are, and why; tried again when the row changes, or when others have moved.';

CREATE FUNCTION changeover.uuid_of_object_id(hex text) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (lpad(to_hex(('x' || lpad(substr(hex, 1, 8), 16, '0'))::bit(64)::bigint * 1000), 12, '0')
            || '7' || substr(hex, 9, 3)
            || to_hex((('x' || lpad(substr(hex, 12, 13), 16, '0'))::bit(64)::bigint << 10) | (1::bigint << 63)))::uuid
$$;
COMMENT ON FUNCTION changeover.uuid_of_object_id(text) IS 'The id of the row whose document has this ObjectId (24 hex digits).';

CREATE FUNCTION changeover.object_id_of_uuid(id uuid) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT hex FROM (
        SELECT lpad(to_hex(('x' || lpad(substr(h, 1, 12), 16, '0'))::bit(64)::bigint / 1000), 8, '0') || substr(h, 14, 3)
               || lpad(to_hex(('x' || substr(h, 17))::bit(64)::bigint >> 10 & 4503599627370495), 13, '0') AS hex
        FROM (SELECT replace(id::text, '-', '') AS h) digits) read
    WHERE length(hex) = 24 AND changeover.uuid_of_object_id(hex) = id
$$;
COMMENT ON FUNCTION changeover.object_id_of_uuid(uuid) IS 'The ObjectId that a row''s id is made of; NULL for any other id.';

CREATE FUNCTION changeover.new_object_id() RETURNS uuid
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT changeover.uuid_of_object_id(lpad(to_hex(floor(extract(epoch FROM clock_timestamp()))::bigint), 8, '0')
                                        || right(replace(gen_random_uuid()::text, '-', ''), 16))
$$;
COMMENT ON FUNCTION changeover.new_object_id() IS 'The id of a new row whose document gets an ObjectId.';

CREATE FUNCTION changeover.unnoted(extra jsonb, path text, was jsonb, now jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    types jsonb := coalesce(extra -> '$types', '{}');
    gone  text[] := '{}';
    key   text;
    part  text[];
BEGIN
    FOR key IN SELECT jsonb_object_keys(extra) UNION SELECT jsonb_object_keys(types) LOOP
        CONTINUE WHEN key IN ('$types', '$bson');
        IF key = path OR starts_with(key, path || '\#') OR starts_with(path, key || '.') THEN
            gone := gone || key;
        ELSIF starts_with(key, path || '.') THEN
            part := array(
                SELECT regexp_replace(name[1], '\\(.)', '\1', 'g')
                FROM regexp_matches(regexp_replace(substr(key, length(path) + 2), '\\#\d+$', ''),
                                    '(?:^|\.)((?:[^\\.]|\\.)*)', 'g') AS name);
            IF was #> part IS DISTINCT FROM now #> part THEN
                gone := gone || key;
            END IF;
        END IF;
    END LOOP;
    IF gone = '{}' THEN
        RETURN extra;
    END IF;
    types := types - gone;
    RETURN nullif((extra - gone - '$types')
                  || CASE WHEN types = '{}' THEN '{}' ELSE jsonb_build_object('$types', types) END, '{}');
END $$;
COMMENT ON FUNCTION changeover.unnoted(jsonb, text, jsonb, jsonb) IS
    'mongo_extra without what it says of a value that has become another.';

CREATE FUNCTION changeover.reverse_extra() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    now jsonb := to_jsonb(NEW);
BEGIN
    FOR i IN 0 .. TG_NARGS / 2 - 1 LOOP
        IF was -> TG_ARGV[2 * i] IS DISTINCT FROM now -> TG_ARGV[2 * i] THEN
            NEW.mongo_extra := changeover.unnoted(
                NEW.mongo_extra, TG_ARGV[2 * i + 1], was -> TG_ARGV[2 * i], now -> TG_ARGV[2 * i]);
            EXIT WHEN NEW.mongo_extra IS NULL;
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION changeover.reverse_extra() IS
    'Trigger: what mongo_extra says of a value goes when the value becomes another. Arguments: column, path, column, path …';

CREATE FUNCTION changeover.reverse_key() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    hex text;
BEGIN
    hex := changeover.object_id_of_uuid(NEW.id);
    NEW.mongo_id := CASE
        WHEN hex IS NOT NULL AND TG_ARGV[0] = 'objectId' THEN hex
        WHEN hex IS NOT NULL THEN '{"$oid":"' || hex || '"}'
        ELSE '{"$binary":{"base64":"' || encode(uuid_send(NEW.id), 'base64') || '","subType":"04"}}'
    END;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION changeover.reverse_key() IS
    'Trigger: the key of a new row that has none. Argument: the type of the collection''s keys.';

CREATE FUNCTION changeover.reverse_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (OLD.id <> NEW.id OR OLD.mongo_id <> NEW.mongo_id) THEN
        INSERT INTO changeover.reverse_queue (namespace, id, mongo_id, extra)
        VALUES (TG_ARGV[0], OLD.id, OLD.mongo_id,
                CASE WHEN starts_with(OLD.mongo_id, 'sha256:') THEN OLD.mongo_extra END);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO changeover.reverse_queue (namespace, id, mongo_id) VALUES (TG_ARGV[0], NEW.id, NEW.mongo_id);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION changeover.reverse_row() IS 'Trigger: queues a row that changed. Argument: the namespace.';

CREATE FUNCTION changeover.reverse_child() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.parent_id <> NEW.parent_id THEN
        INSERT INTO changeover.reverse_queue (namespace, id) VALUES (TG_ARGV[0], OLD.parent_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO changeover.reverse_queue (namespace, id) VALUES (TG_ARGV[0], NEW.parent_id);
    END IF;
    IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND OLD.parent_id <> NEW.parent_id THEN
        EXECUTE 'UPDATE ' || TG_ARGV[2] || ' SET mongo_extra = changeover.unnoted(mongo_extra, $2, NULL, NULL)'
                || ' WHERE id = $1 AND mongo_extra IS NOT NULL'
                || ' AND mongo_extra IS DISTINCT FROM changeover.unnoted(mongo_extra, $2, NULL, NULL)'
        USING NEW.parent_id, TG_ARGV[1];
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION changeover.reverse_child() IS
    'Trigger: queues the parent of a child row that changed; a parent that gets rows no longer notes that it has none. Arguments: namespace, path, the parent''s table.';

CREATE FUNCTION changeover.reverse_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO changeover.reverse_queue (namespace) VALUES (TG_ARGV[0]);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION changeover.reverse_truncate() IS 'Trigger: queues a whole collection. Argument: the namespace.';

CREATE TABLE changeover.cutover (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    number     bigint NOT NULL DEFAULT 0,
    to_phase   text CHECK (to_phase IN ('pg-reads', 'postgres')),
    who        text,
    overridden text[] NOT NULL DEFAULT '{}',
    budget_ms  bigint,
    unfenced   boolean NOT NULL DEFAULT false,
    rehearsal  boolean NOT NULL DEFAULT false,
    stage      text NOT NULL DEFAULT 'undone'
        CHECK (stage IN ('asked', 'preparing', 'fencing', 'draining', 'moved', 'undone')),
    since      timestamptz NOT NULL DEFAULT clock_timestamp(),
    fence      boolean NOT NULL DEFAULT false,
    held       timestamptz,
    fenced_at  numeric(20),
    pause_ms   bigint,
    met        text[] NOT NULL DEFAULT '{}',
    reason     text
);
COMMENT ON TABLE changeover.cutover IS
    'The last change of the database in charge: asked for by changeover cutover or rollback, done by the process that follows.';
COMMENT ON COLUMN changeover.cutover.number IS 'How many have been asked for.';
COMMENT ON COLUMN changeover.cutover.budget_ms IS 'How long writes may wait; then it is undone.';
COMMENT ON COLUMN changeover.cutover.unfenced IS 'True: a person has stopped all writers of MongoDB, which has no fence.';
COMMENT ON COLUMN changeover.cutover.rehearsal IS 'True: everything but the fence and the change itself.';
COMMENT ON COLUMN changeover.cutover.stage IS
    'fencing: writes wait from here on; moved, undone: it is over. Written before what it names is begun.';
COMMENT ON COLUMN changeover.cutover.fence IS
    'True: MongoDB is, or may be, fenced by us; to be lowered unless PostgreSQL is in charge.';
COMMENT ON COLUMN changeover.cutover.held IS 'Since when writes wait, or waited.';
COMMENT ON COLUMN changeover.cutover.fenced_at IS
    'A cluster time after which MongoDB had no write of others (seconds * 2^32 + ordinal).';
COMMENT ON COLUMN changeover.cutover.pause_ms IS 'How long writes waited, as the process measured it, or whoever came after it when it was killed; of a rehearsal, how long they would have. Noted when writes go on.';
COMMENT ON COLUMN changeover.cutover.met IS 'Who else was connected to MongoDB before it was fenced.';
COMMENT ON COLUMN changeover.cutover.reason IS 'Why it was undone.';
INSERT INTO changeover.cutover DEFAULT VALUES;

CREATE TABLE changeover.canary (
    id          uuid PRIMARY KEY,
    mongo_id    text NOT NULL UNIQUE,
    n           bigint,
    note        text,
    mongo_extra jsonb
);
COMMENT ON TABLE changeover.canary IS
    'One document that goes to PostgreSQL and back before each cutover, to show that both ways work. It is followed like any other.';

INSERT INTO changeover.version (version) VALUES (1);
