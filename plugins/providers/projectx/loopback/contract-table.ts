/** `root code tickSize tickValue` of the products that the gateway listed in August 2026. */
const TABLE = `
ES EP 0.25 12.5|MES MES 0.25 1.25|NQ ENQ 0.25 5|MNQ MNQ 0.25 0.5|RTY RTY 0.1 5|M2K M2K 0.1 0.5|YM YM 1 5|MYM MYM 1 0.5
NKD NKD 5 25|MBT MBT 5 0.5|MET GMET 0.5 0.05|ZT TUA 0.00390625 7.8125|ZF FVA 0.0078125 7.8125|ZN TYA 0.015625 15.625
TN TNA 0.015625 15.625|ZB USA 0.03125 31.25|UB ULA 0.03125 31.25|6E EU6 0.00005 6.25|E7 EEU 0.0001 6.25
M6E M6E 0.0001 1.25|6B BP6 0.0001 6.25|M6B M6B 0.0001 0.625|6A DA6 0.00005 5|M6A M6A 0.0001 1|6C CA6 0.00005 5
6J JY6 0.0000005 6.25|6S SF6 0.00005 6.25|6N NE6 0.00005 5|6M MX6 0.00001 5|ZC ZCE 0.25 12.5|ZS ZSE 0.25 12.5
ZW ZWA 0.25 12.5|ZL ZLE 0.01 6|ZM ZME 0.1 10|CL CLE 0.01 10|MCL MCLE 0.01 1|QM NQM 0.025 12.5|NG NGE 0.001 10
MNG MNG 0.001 1|QG NQG 0.005 12.5|HO HOE 0.0001 4.2|RB RBE 0.0001 4.2|GC GCE 0.1 10|MGC MGC 0.1 1|SI SIE 0.005 25
SIL SIL 0.005 5|HG CPE 0.0005 12.5|MHG MHG 0.0005 1.25|PL PLE 0.1 5|LE GLE 0.025 10|HE HE 0.025 10`;
const QUARTERS = 'HMUZ';

interface Product {
  readonly root: string;
  readonly code: string;
  readonly tickSize: number;
  readonly tickValue: number;
}

export interface VenueContract {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tickSize: number;
  readonly tickValue: number;
  readonly activeContract: boolean;
  readonly symbolId: string;
}

const products: readonly Product[] = TABLE.trim()
  .split(/[|\n]/)
  .map((line) => line.split(' '))
  .map(([root = '', code = '', size, value]) => ({ root, code, tickSize: Number(size), tickValue: Number(value) }));

/** The products of the venue, each with one active month, which is the quarter's end of the given moment or the next one. */
export class ContractTable {
  private readonly month: string;

  constructor(nowMs: number) {
    const now = new Date(nowMs);
    const quarter = Math.floor(now.getUTCMonth() / 3);
    this.month = `${QUARTERS[quarter] ?? 'Z'}${String(now.getUTCFullYear() % 100).padStart(2, '0')}`;
  }

  available(): readonly VenueContract[] {
    return products.map((product) => this.contract(product, this.month));
  }

  search(text: string): readonly VenueContract[] {
    return this.available()
      .filter(({ name }) => name.includes(text.toUpperCase()))
      .slice(0, 20);
  }

  byId(id: string): VenueContract | undefined {
    const [, code, month] = /^CON\.F\.US\.([A-Z0-9]+)\.([FGHJKMNQUVXZ]\d\d)$/.exec(id) ?? [];
    const product = products.find((each) => each.code === code);
    return product === undefined || month === undefined ? undefined : this.contract(product, month);
  }

  /** What a configuration's symbol means here: an id, a root, a code, or a root with a month. */
  idOf(symbol: string): string | undefined {
    if (this.byId(symbol) !== undefined) return symbol;
    const direct = products.find(({ root }) => root === symbol) ?? products.find(({ code }) => code === symbol);
    if (direct !== undefined) return this.contract(direct, this.month).id;
    const product = products.find(
      ({ root }) => symbol.startsWith(root) && /^[A-Z]\d{1,2}$/.test(symbol.slice(root.length)),
    );
    if (product === undefined) return undefined;
    const [letter = '', ...digits] = symbol.slice(product.root.length);
    const year = digits.length === 2 ? digits.join('') : `${this.month[1] ?? ''}${digits.join('')}`;
    return `CON.F.US.${product.code}.${letter}${year}`;
  }

  private contract({ root, code, tickSize, tickValue }: Product, month: string): VenueContract {
    return {
      id: `CON.F.US.${code}.${month}`,
      name: `${root}${month[0] ?? ''}${month[2] ?? ''}`,
      description: `${root} of ${month}`,
      tickSize,
      tickValue,
      activeContract: month === this.month,
      symbolId: `F.US.${code}`,
    };
  }
}
