import { isTimeZone } from '../../schedule/schedule.ts';
import { nearest } from './nearest.ts';

/**
 * Names of the IANA Time Zone Database that `Intl.supportedValuesOf('timeZone')` omits, by area: links to other
 * names, zones without a place, and both spellings where Unicode's CLDR and IANA prefer different ones.
 * Source: tzdata 2025b, without `Factory`, which stands for "not set".
 */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  Africa: 'Asmara Asmera Timbuktu',
  America:
    'Argentina/Buenos_Aires Argentina/Catamarca Argentina/ComodRivadavia Argentina/Cordoba Argentina/Jujuy ' +
    'Argentina/Mendoza Atikokan Atka Buenos_Aires Catamarca Coral_Harbour Cordoba Ensenada Fort_Wayne Godthab ' +
    'Indiana/Indianapolis Indianapolis Jujuy Kentucky/Louisville Knox_IN Louisville Mendoza Montreal Nipigon Nuuk ' +
    'Pangnirtung Porto_Acre Rainy_River Rosario Santa_Isabel Shiprock Thunder_Bay Virgin Yellowknife',
  Antarctica: 'DumontDUrville South_Pole',
  Asia:
    'Ashkhabad Calcutta Choibalsan Chongqing Chungking Dacca Harbin Ho_Chi_Minh Istanbul Kashgar Kathmandu ' +
    'Katmandu Kolkata Macao Rangoon Saigon Tel_Aviv Thimbu Ujung_Pandang Ulan_Bator Yangon',
  Atlantic: 'Faeroe Faroe Jan_Mayen',
  Australia: 'ACT Canberra Currie LHI NSW North Queensland South Tasmania Victoria West Yancowinna',
  Brazil: 'Acre DeNoronha East West',
  '':
    'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland ' +
    'Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ' +
    'ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu',
  Canada: 'Atlantic Central Eastern Mountain Newfoundland Pacific Saskatchewan Yukon',
  Chile: 'Continental EasterIsland',
  Etc: 'GMT GMT0 Greenwich UCT UTC Universal Zulu',
  Europe: 'Belfast Kiev Kyiv Nicosia Tiraspol Uzhgorod Zaporozhye',
  Mexico: 'BajaNorte BajaSur General',
  Pacific: 'Chuuk Enderbury Johnston Kanton Pohnpei Ponape Samoa Truk Yap',
  US: 'Alaska Aleutian Arizona Central East-Indiana Eastern Hawaii Indiana-Starke Michigan Mountain Pacific Samoa',
};
/** Etc/GMT-14 to Etc/GMT+12, with Etc/GMT-0 and Etc/GMT+0. */
const OFFSETS = Array.from({ length: 15 }, (_, hours) => [
  `Etc/GMT-${hours}`,
  ...(hours <= 12 ? [`Etc/GMT+${hours}`] : []),
]);

/** All names that {@link timeZoneMistake} accepts. */
export const TIME_ZONES: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf('timeZone'),
  ...Object.entries(OTHER_NAMES).flatMap(([area, names]) =>
    names.split(' ').map((name) => (area === '' ? name : `${area}/${name}`)),
  ),
  ...OFFSETS.flat(),
]);

/**
 * Describes what is wrong with the name of a time zone; `undefined` means that nothing is.
 *
 * EventBridge Scheduler uses the IANA Time Zone Database. AWS does not document whether it takes names in another case,
 * abbreviations (PST) or additional names of Java or ICU (SystemV/PST8PDT), so they are refused.
 * Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler", Time zones.
 */
export function timeZoneMistake(name: string): string | undefined {
  if (TIME_ZONES.has(name) && isTimeZone(name)) return undefined;
  const suggestion = suggestedZone(name);
  return `must be an IANA time zone ${suggestion ? `(did you mean ${suggestion}?)` : 'such as Europe/Berlin'}`;
}

/** Suggests a zone. An abbreviation is similar to many names, so the zone that the runtime resolves it to comes first. */
function suggestedZone(name: string): string | undefined {
  const names = [...TIME_ZONES];
  const sameLetters = names.find((known) => known.toLowerCase() === name.toLowerCase());
  if (sameLetters) return sameLetters;
  if (!isTimeZone(name)) return nearest(name, names);
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
  return TIME_ZONES.has(timeZone) ? timeZone : undefined;
}
