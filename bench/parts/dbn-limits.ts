/** Loops by hand that read the fields of records into columns, and decide nothing. */
const ROWS = 8192;
const HALF = 2 ** 32;

const column = (): Float64Array => new Float64Array(ROWS);
const [event, recv, price, size, sequence] = [column(), column(), column(), column(), column()];
const [ask, askSize] = [column(), column()];
const side = new Int8Array(ROWS);

export function readTrades(bytes: Uint8Array): void {
  const data = new DataView(bytes.buffer);
  for (let at = 0, row = 0; at < bytes.length; at += 48, row = (row + 1) % ROWS) {
    event[row] = data.getUint32(at + 12, true) * HALF + data.getUint32(at + 8, true);
    recv[row] = data.getUint32(at + 36, true) * HALF + data.getUint32(at + 32, true);
    price[row] = data.getInt32(at + 20, true) * HALF + data.getUint32(at + 16, true);
    size[row] = data.getUint32(at + 24, true);
    sequence[row] = data.getUint32(at + 44, true);
    side[row] = data.getInt8(at + 29);
  }
}

export function readQuotes(bytes: Uint8Array): void {
  const data = new DataView(bytes.buffer);
  for (let at = 0, row = 0; at < bytes.length; at += 80, row = (row + 1) % ROWS) {
    event[row] = data.getUint32(at + 12, true) * HALF + data.getUint32(at + 8, true);
    recv[row] = data.getUint32(at + 36, true) * HALF + data.getUint32(at + 32, true);
    price[row] = data.getInt32(at + 52, true) * HALF + data.getUint32(at + 48, true);
    ask[row] = data.getInt32(at + 60, true) * HALF + data.getUint32(at + 56, true);
    size[row] = data.getUint32(at + 64, true);
    askSize[row] = data.getUint32(at + 68, true);
    sequence[row] = data.getUint32(at + 44, true);
    side[row] = data.getInt8(at + 28);
  }
}

export function readOrders(bytes: Uint8Array): void {
  const data = new DataView(bytes.buffer);
  for (let at = 0, row = 0; at < bytes.length; at += 56, row = (row + 1) % ROWS) {
    event[row] = data.getUint32(at + 12, true) * HALF + data.getUint32(at + 8, true);
    recv[row] = data.getUint32(at + 44, true) * HALF + data.getUint32(at + 40, true);
    price[row] = data.getInt32(at + 28, true) * HALF + data.getUint32(at + 24, true);
    ask[row] = data.getUint32(at + 20, true) * HALF + data.getUint32(at + 16, true);
    size[row] = data.getUint32(at + 32, true);
    sequence[row] = data.getUint32(at + 52, true);
    side[row] = data.getInt8(at + 39);
  }
}
