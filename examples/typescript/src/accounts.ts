import { Long, Timestamp, type ClientSession, type Collection, type MongoClient } from 'mongodb';
import type pg from 'pg';
import { hasMoved, type Era, type Phases } from './phase.js';

/**
 * What a caller has seen: no instance may answer it with less. It goes along with the caller, in a header or a cookie:
 * the epoch, and the time of MongoDB's last answer.
 */
export interface Seen {
  readonly epoch: number;
  readonly time: Timestamp | undefined;
}

export function seenFrom(text: string | undefined): Seen {
  const [epoch, seconds, ordinal] = (text ?? '').split('.').map(Number);
  const time = seconds && ordinal !== undefined ? new Timestamp({ t: seconds, i: ordinal }) : undefined;
  return { epoch: epoch || 0, time };
}

export function textOf(seen: Seen): string {
  return seen.time === undefined ? `${seen.epoch}` : `${seen.epoch}.${seen.time.t}.${seen.time.i}`;
}

/** A call's result, and what its caller has seen now. */
export interface Answer<T> {
  readonly value: T;
  readonly seen: Seen;
}

interface Account {
  _id: string;
  balance: Long;
}

class OnMongo {
  constructor(
    private readonly client: MongoClient,
    private readonly accounts: Collection<Account>,
  ) {}

  async deposit(id: string): Promise<{ value: number; time: Timestamp | undefined }> {
    return this.during(undefined, async (session) => {
      const change = { $inc: { balance: Long.fromNumber(1) } };
      const after = await this.accounts.findOneAndUpdate({ _id: id }, change, { session, returnDocument: 'after' });
      return Number(after?.balance);
    });
  }

  async balance(id: string, since: Timestamp | undefined): Promise<{ value: number; time: Timestamp | undefined }> {
    return this.during(since, async (session) =>
      Number((await this.accounts.findOne({ _id: id }, { session }))?.balance),
    );
  }

  private async during<T>(since: Timestamp | undefined, work: (session: ClientSession) => Promise<T>) {
    const session = this.client.startSession({ causalConsistency: true });
    try {
      if (since !== undefined) session.advanceOperationTime(since);
      const value = await work(session);
      return { value, time: session.operationTime };
    } finally {
      await session.endSession();
    }
  }
}

class OnPostgres {
  constructor(private readonly pool: pg.Pool) {}

  /** In a transaction that begins with the check of the epoch, which keeps the phase from moving until it ends. */
  async deposit(id: string, epoch: number): Promise<number> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      await client.query('SELECT changeover.begin_write($1)', [epoch]);
      const change = 'UPDATE public.accounts SET balance = balance + 1 WHERE mongo_id = $1 RETURNING balance';
      const changed = await client.query<{ balance: string }>(change, [id]);
      await client.query('COMMIT');
      return Number(changed.rows[0]?.balance);
    } catch (e) {
      if (hasMoved(e)) await client.query('ROLLBACK');
      else broken = e instanceof Error ? e : new Error(String(e));
      throw e;
    } finally {
      client.release(broken);
    }
  }

  async balance(id: string): Promise<number> {
    const found = await this.pool.query<{ balance: string }>(
      'SELECT balance FROM public.accounts WHERE mongo_id = $1',
      [id],
    );
    return Number(found.rows[0]?.balance);
  }

  /** Whether this has what MongoDB had at that time; waits for it, in a statement of its own, for two seconds at most. */
  async has(time: Timestamp): Promise<boolean> {
    const asked = await this.pool.query<{ has: boolean }>(
      `SELECT changeover.wait_until_applied($1, $2, '2 seconds') AS has`,
      [time.t, time.i],
    );
    return asked.rows[0]?.has === true;
  }
}

/** Accounts, wherever the phase says that they are. */
export class Accounts {
  private readonly mongo: OnMongo;
  private readonly postgres: OnPostgres;

  constructor(
    private readonly phases: Phases,
    client: MongoClient,
    pool: pg.Pool,
  ) {
    this.mongo = new OnMongo(client, client.db().collection<Account>('accounts'));
    this.postgres = new OnPostgres(pool);
  }

  async deposit(id: string, seen: Seen): Promise<Answer<number>> {
    return this.phases.write(seen.epoch, async (era) => {
      if (era.phase === 'postgres') {
        return answer(era, await this.postgres.deposit(id, era.epoch), seen.time);
      }
      const { value, time } = await this.mongo.deposit(id);
      if (era.phase !== 'mongo' && time !== undefined) await this.postgres.has(time).catch(() => false);
      return answer(era, value, time);
    });
  }

  async balance(id: string, seen: Seen): Promise<Answer<number>> {
    return this.phases.read(seen.epoch, async (era) => {
      const there = era.phase === 'pg-reads' && (seen.time === undefined || (await this.postgres.has(seen.time)));
      if (era.phase === 'postgres' || there) return answer(era, await this.postgres.balance(id), seen.time);
      const { value, time } = await this.mongo.balance(id, seen.time);
      return answer(era, value, time);
    });
  }
}

function answer<T>(era: Era, value: T, time: Timestamp | undefined): Answer<T> {
  return { value, seen: { epoch: era.epoch, time } };
}
