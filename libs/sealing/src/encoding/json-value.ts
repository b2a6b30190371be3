export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
/** A field that is undefined is left out of the text. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };
