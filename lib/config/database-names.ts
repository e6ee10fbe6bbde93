/**
 * Reserved words of Athena, which queries have to quote.
 * Source: Amazon Athena User Guide, "Escape reserved keywords in queries", both lists.
 */
const RESERVED_WORDS = new Set(
  (
    'all alter and array as authorization between bigint binary boolean both by case cashe cast char column commit conf ' +
    'constraint create cross cube current current_catalog current_date current_path current_schema current_time ' +
    'current_timestamp current_user cursor database date dayofweek deallocate decimal delete describe distinct div ' +
    'double drop else end escape except exchange execute exists extended external extract false fetch first float floor ' +
    'following for foreign from full function grant group grouping having if import in inner insert int integer ' +
    'intersect interval into is join json_array json_exists json_object json_query json_table json_value last lateral ' +
    'left less like listagg local localtime localtimestamp macro map more natural none normalize not null numeric of on ' +
    'only or order out outer over partialscan partition percent preceding precision prepare preserve primary procedure ' +
    'range reads recursive reduce references regexp revoke right rlike rollback rollup row rows select set skip smallint ' +
    'start table tablesample then time timestamp to transform trigger trim true truncate uescape unbounded union ' +
    'uniquejoin unnest update user using utc_timestamp values varchar views when where window with'
  ).split(' '),
);
/** Athena's own schema. Source: Amazon Athena User Guide, "Query the AWS Glue Data Catalog", Querying information_schema. */
const TAKEN = 'information_schema';

/**
 * Describes what is wrong with the name of a Glue database; `undefined` means that nothing is. Names that queries would
 * have to quote are refused: those that begin with a digit or `_`, and reserved words.
 * Source: Amazon Athena User Guide, "Name databases, tables, and columns".
 */
export function databaseNameMistake(name: string): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,254}$/.test(name)) {
    return 'must be a name that queries need not quote: 1 to 255 of a-z, 0-9 and "_", beginning with a letter';
  }
  if (name === TAKEN) return `must not be ${TAKEN}, by which Athena describes its catalog`;
  return RESERVED_WORDS.has(name) ? 'must not be a reserved word of Athena, which queries have to quote' : undefined;
}
