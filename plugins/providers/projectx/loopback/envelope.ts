export type Body = Readonly<Record<string, unknown>>;

/** Every answer of the gateway says whether it succeeded, whatever the HTTP status. */
export const done = (payload: Body): Body => ({ ...payload, success: true, errorCode: 0, errorMessage: null });
export const failed = (errorCode: number): Body => ({ success: false, errorCode, errorMessage: null });
