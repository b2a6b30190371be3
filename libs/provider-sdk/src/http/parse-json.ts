/** The content of JSON, or undefined for anything else. The error that `JSON.parse` throws would quote an answer. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
