import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ContractTable } from './contract-table.ts';
import { type Body, done, failed } from './envelope.ts';
import type { TokenDesk } from './token-desk.ts';
import { venueBars } from './venue-bars.ts';

/** What the REST side knows of the account: tests put rows here. */
export interface AccountBook {
  readonly accounts: Body[];
  readonly positions: Body[];
  readonly orders: Body[];
  readonly trades: Body[];
}

export interface RestParts {
  readonly tokens: TokenDesk;
  readonly table: ContractTable;
  readonly book: AccountBook;
  /** User and key that are let in; any when `undefined`. */
  readonly login: { readonly userName: string; readonly apiKey: string } | undefined;
  readonly isLimited: () => boolean;
}

/** The REST side of the gateway: business failures have status 200, everything else is a status. */
export class RestApi {
  /** Paths as they were asked for. */
  readonly asked: string[] = [];
  private readonly parts: RestParts;

  constructor(parts: RestParts) {
    this.parts = parts;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      const path = (request.url ?? '').toLowerCase().replace(/^\/api\//, '');
      this.asked.push(path);
      const { status, body } = this.answer(path, text, request.headers.authorization?.replace(/^Bearer /, ''));
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  }

  private answer(path: string, text: string, token: string | undefined): { status: number; body?: unknown } {
    if (path === 'status/ping') return { status: 200, body: 'pong' };
    if (this.parts.isLimited()) return { status: 429 };
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return { status: 400, body: { title: 'One or more validation errors occurred.', status: 400 } };
    }
    const given = typeof body === 'object' && body !== null ? (body as Body) : {};
    if (path === 'auth/loginkey') return { status: 200, body: this.logIn(given) };
    if (!this.parts.tokens.isGood(token)) return { status: 401 };
    const answered = this.route(path, given);
    return answered === undefined ? { status: 404 } : { status: 200, body: answered };
  }

  private logIn({ userName, apiKey }: Body): Body {
    const { tokens, login } = this.parts;
    const known = login === undefined || (login.userName === userName && login.apiKey === apiKey);
    return tokens.closed || !known ? failed(3) : done({ token: tokens.issue() });
  }

  private route(path: string, body: Body): Body | undefined {
    const { tokens, table, book } = this.parts;
    switch (path) {
      case 'auth/validate':
        return done({ newToken: tokens.issue() });
      case 'account/search':
        return done({ accounts: book.accounts });
      case 'contract/available':
        return done({ contracts: table.available() });
      case 'contract/search':
        return done({ contracts: table.search(textOf(body['searchText'])) });
      case 'contract/searchbyid':
        return contractAnswer(table, textOf(body['contractId']));
      case 'history/retrievebars':
        return table.byId(textOf(body['contractId'])) === undefined ? failed(1) : venueBars(body);
      case 'position/searchopen':
        return done({ positions: book.positions });
      case 'order/searchopen':
        return done({ orders: book.orders.filter(({ status }) => status === 1) });
      case 'order/search':
        return done({ orders: book.orders });
      case 'trade/search':
        return done({ trades: book.trades.toReversed() });
      default:
        return undefined;
    }
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function contractAnswer(table: ContractTable, id: string): Body {
  const contract = table.byId(id);
  return contract === undefined ? failed(1) : done({ contract });
}
