/** What to enter where addresses are asked for. */
export const addressRule = 'Enter addresses or networks, such as 192.0.2.7, 198.51.100.0/24 or 2001:db8::/32';

/** Of a text in which spaces or commas are between them. */
export const addressEntries = (text: string): string[] => text.split(/[\s,]+/).filter((entry) => entry !== '');
