/** With these at its start, spreadsheets take a field for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

const quoted = (field: string): string => `"${(formula.test(field) ? `'${field}` : field).replaceAll('"', '""')}"`;

/** One row of CSV (RFC 4180) with its end. What a spreadsheet would take for a formula gets a `'` in front of it. */
export const csvRow = (fields: readonly string[]): string => `${fields.map(quoted).join(',')}\r\n`;
