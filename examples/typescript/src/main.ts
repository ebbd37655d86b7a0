import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import type { AddressInfo } from 'node:net';
import { MongoClient } from 'mongodb';
import pg from 'pg';
import { Accounts, seenFrom, textOf } from './accounts.js';
import { NotDone, Phases } from './phase.js';

/** GET /accounts/ID tells a balance, POST /accounts/ID adds one to it. The header X-Seen goes to and fro. */

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name}`);
  return value;
}

const postgresUri = required('PG_URI');
const mongo = await MongoClient.connect(required('MONGO_URI'), { writeConcern: { w: 'majority' } });
const pool = new pg.Pool({ connectionString: postgresUri, max: 20 });
pool.on('error', (e) => console.error(`a connection that nobody uses has ended: ${e.message}`));
const name = process.env['INSTANCE'] ?? `${hostname()}-${process.pid}`;
const phases = await Phases.start(postgresUri, name);
const accounts = new Accounts(phases, mongo, pool);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = /^\/accounts\/(\w+)$/.exec(request.url ?? '')?.[1];
  if (id === undefined) {
    response.writeHead(404).end();
    return;
  }
  const seen = seenFrom(request.headers['x-seen']?.toString());
  const done = request.method === 'POST' ? await accounts.deposit(id, seen) : await accounts.balance(id, seen);
  response.writeHead(200, { 'content-type': 'text/plain', 'x-seen': textOf(done.seen) }).end(`${done.value}\n`);
}

const server = createServer((request, response) => {
  answer(request, response).catch((e: unknown) => {
    response.writeHead(e instanceof NotDone ? 503 : 500, { 'content-type': 'text/plain' }).end(`${String(e)}\n`);
  });
});
server.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1', () => {
  console.log(`${name} listens on ${(server.address() as AddressInfo).port}`);
});

process.once('SIGTERM', () => {
  server.close();
  phases
    .close()
    .then(() => Promise.all([mongo.close(), pool.end()]))
    .then(
      () => process.exit(0),
      (e: unknown) => {
        console.error(String(e));
        process.exit(1);
      },
    );
});
