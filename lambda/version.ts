/** The exporter's version, written to records. A test compares it with package.json. */
export const VERSION = '0.1.0';
