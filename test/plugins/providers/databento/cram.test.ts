import { describe, expect, it } from 'vitest';
import { cramResponse } from '../../../../plugins/providers/databento/cram.ts';

describe('the answer to a gateway’s challenge', () => {
  // Worked examples of the specification, made with the official clients.
  it.each([
    [
      'abcd1234',
      'db-unittestapikey1234567890FFFFF',
      'be87ce3d564b64481d4ad1902e2b41b26e3eef62b9de37d87eb4a1d4a5199b6f-FFFFF',
    ],
    [
      't7kNhwj4xqR0QYjzFKtBEG2ec2pXJ4FK',
      '32-character-with-lots-of-filler',
      '42e2c6c6a874b2f4498bcaf0541be406901a23adef1fb2843d5426f6d2387d14-iller',
    ],
  ])('is the one of the specification for %s', (challenge, key, response) => {
    expect(cramResponse(challenge, key)).toBe(response);
  });
});
