/** The exporter's version, as the record bears it: that of package.json, which a test holds it to. */
export const VERSION = '0.1.0';
