BEGIN IMMEDIATE;
CREATE TABLE documents (
    document INTEGER PRIMARY KEY,
    issuing_state TEXT NOT NULL, document_number TEXT NOT NULL, birth_date TEXT NOT NULL,
    surname TEXT NOT NULL, given_names TEXT NOT NULL, nationality TEXT NOT NULL, name_key TEXT NOT NULL,
    UNIQUE (issuing_state, document_number, birth_date)
) STRICT;
CREATE INDEX documents_of_a_person ON documents (birth_date, name_key, nationality);
CREATE TABLE visas (
    record TEXT PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents,
    valid_from TEXT NOT NULL, valid_until TEXT NOT NULL, entries INTEGER,
    restrictions TEXT NOT NULL, cancelled INTEGER NOT NULL, synchronised INTEGER NOT NULL
) STRICT;
CREATE INDEX visas_of_a_document ON visas (document);
CREATE TABLE portraits (record TEXT PRIMARY KEY REFERENCES visas, image BLOB NOT NULL) STRICT;
CREATE TABLE watchlist (
    alert TEXT PRIMARY KEY, hold INTEGER NOT NULL, issuing_state TEXT NOT NULL, document_number TEXT NOT NULL,
    birth_date TEXT NOT NULL, name_key TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_by_number ON watchlist (document_number);
CREATE INDEX alerts_by_person ON watchlist (birth_date, name_key);
CREATE TABLE passages (
    crossing TEXT PRIMARY KEY, record TEXT NOT NULL REFERENCES visas, passed_at TEXT NOT NULL,
    consumed INTEGER NOT NULL
) STRICT;
CREATE INDEX passages_of_a_visa ON passages (record);
PRAGMA application_id = 1701278257;
PRAGMA user_version = 1;
COMMIT;
INSERT INTO documents VALUES (1, 'UTO', 'L898902C3', '740812', 'ERIKSSON', 'ANNA MARIA', 'UTO', 'ERIKSSON/ANNA MARIA');
INSERT INTO visas VALUES ('V-1', 1, '2026-01-01', '2026-12-31', 3, '["no work"]', 0, 1);
INSERT INTO portraits VALUES ('V-1', CAST('an encoded image' AS BLOB));
INSERT INTO watchlist VALUES ('A-1', 1, '', 'X1', '', '');
INSERT INTO passages VALUES ('t0', 'V-1', '2026-04-01T12:00:00.000+00:00', 1);
