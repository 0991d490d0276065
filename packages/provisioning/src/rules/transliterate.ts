// Latin letters for names. Bulgarian Cyrillic follows the official streamlined system (Transliteration Act, 2009): ъ is a, ь is y, щ is sht,
// and a final "ия" is "ia". Everything else is left to any-ascii.
import anyAscii from 'any-ascii'

const STREAMLINED: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sht',
  ъ: 'a',
  ь: 'y',
  ю: 'yu',
  я: 'ya',
}

const FINAL_IYA = /ия(?!\p{L})/gu

/** @returns lower case; letters a-z, and whatever digits, spaces and punctuation the name had */
export function transliterate(name: string): string {
  const lower = name.normalize('NFC').toLowerCase().replace(FINAL_IYA, 'ia')
  const latin = [...lower].map((letter) => STREAMLINED[letter] ?? letter).join('')
  return anyAscii(latin).toLowerCase()
}
