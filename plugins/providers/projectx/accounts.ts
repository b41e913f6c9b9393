import { MillraceError } from '#core';
import type { Gateway } from './gateway.ts';
import { idOf, numberOf, type Row, rowsOf, textOf } from './values.ts';

export interface GatewayAccount {
  readonly id: number;
  readonly name: string;
  readonly row: Row;
}

/**
 * Chooses the account: by name or number, or the first visible one that may trade, or the first at all.
 *
 * Errors   PROVIDER_AUTH when the named one is not there; `undefined` when there is none and none was named
 */
export async function chooseAccount(
  gateway: Gateway,
  wanted: string | number | undefined,
): Promise<GatewayAccount | undefined> {
  const answer = await gateway.ask('Account/search', { onlyActiveAccounts: wanted === undefined });
  const accounts = rowsOf(answer['accounts']).flatMap((row) => {
    const id = numberOf(row['id']);
    return id === undefined ? [] : [{ id, name: textOf(row['name']) ?? String(id), row }];
  });
  if (wanted === undefined) {
    return accounts.find(({ row }) => row['canTrade'] === true && row['isVisible'] !== false) ?? accounts[0];
  }
  const found = accounts.find(({ id, name }) => name === String(wanted) || idOf(id) === String(wanted));
  if (found === undefined) throw noAccount(wanted, accounts);
  return found;
}

const noAccount = (wanted: string | number, known: readonly GatewayAccount[]): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_AUTH',
    where: { path: 'account' },
    was: `${wanted}, which is no account of this user`,
    expected: known.length === 0 ? 'a user with an account' : `one of ${known.map(({ name }) => name).join(', ')}`,
    fix: 'write the account’s name as the platform shows it, or leave it out',
  });
