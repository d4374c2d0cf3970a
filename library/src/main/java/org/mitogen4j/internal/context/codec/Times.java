package org.mitogen4j.internal.context.codec;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/** Writes and reads the types of java.time, except its enums, which are sent as enums. */
@SuppressWarnings({ // the parts are what is wanted
  "JavaInstantGetSecondsGetNano",
  "JavaDurationGetSecondsGetNano",
  "JavaDurationGetSecondsToToSeconds",
  "JavaPeriodGetDays"
})
final class Times {
  private Times() {}

  static void write(Encoder to, int tag, Object value) {
    switch (tag) {
      case ExtendedCodec.INSTANT:
        to.zigzag(((Instant) value).getEpochSecond());
        to.varint(((Instant) value).getNano());
        break;
      case ExtendedCodec.DURATION:
        to.zigzag(((Duration) value).getSeconds());
        to.varint(((Duration) value).getNano());
        break;
      case ExtendedCodec.LOCAL_DATE:
        to.zigzag(((LocalDate) value).toEpochDay());
        break;
      case ExtendedCodec.LOCAL_TIME:
        to.varint(((LocalTime) value).toNanoOfDay());
        break;
      case ExtendedCodec.LOCAL_DATE_TIME:
        dateTime(to, (LocalDateTime) value);
        break;
      case ExtendedCodec.OFFSET_TIME:
        to.varint(((OffsetTime) value).toLocalTime().toNanoOfDay());
        to.zigzag(((OffsetTime) value).getOffset().getTotalSeconds());
        break;
      case ExtendedCodec.OFFSET_DATE_TIME:
        dateTime(to, ((OffsetDateTime) value).toLocalDateTime());
        to.zigzag(((OffsetDateTime) value).getOffset().getTotalSeconds());
        break;
      case ExtendedCodec.ZONED_DATE_TIME:
        dateTime(to, ((ZonedDateTime) value).toLocalDateTime());
        to.zigzag(((ZonedDateTime) value).getOffset().getTotalSeconds());
        to.text(((ZonedDateTime) value).getZone().getId());
        break;
      case ExtendedCodec.ZONE:
        to.text(((ZoneId) value).getId());
        break;
      case ExtendedCodec.PERIOD:
        to.zigzag(((Period) value).getYears());
        to.zigzag(((Period) value).getMonths());
        to.zigzag(((Period) value).getDays());
        break;
      case ExtendedCodec.YEAR:
        to.zigzag(((Year) value).getValue());
        break;
      case ExtendedCodec.YEAR_MONTH:
        to.zigzag(((YearMonth) value).getYear());
        to.u8(((YearMonth) value).getMonthValue());
        break;
      default:
        to.u8(((MonthDay) value).getMonthValue());
        to.u8(((MonthDay) value).getDayOfMonth());
    }
  }

  static Object read(Decoder from, int tag) {
    switch (tag) {
      case ExtendedCodec.INSTANT:
        long second = from.zigzag();
        return Instant.ofEpochSecond(second, nano(from));
      case ExtendedCodec.DURATION:
        long seconds = from.zigzag();
        return Duration.ofSeconds(seconds, nano(from));
      case ExtendedCodec.LOCAL_DATE:
        return LocalDate.ofEpochDay(from.zigzag());
      case ExtendedCodec.LOCAL_TIME:
        return LocalTime.ofNanoOfDay(from.varint());
      case ExtendedCodec.LOCAL_DATE_TIME:
        return dateTime(from);
      case ExtendedCodec.OFFSET_TIME:
        LocalTime time = LocalTime.ofNanoOfDay(from.varint());
        return OffsetTime.of(time, offset(from));
      case ExtendedCodec.OFFSET_DATE_TIME:
        LocalDateTime dateTime = dateTime(from);
        return OffsetDateTime.of(dateTime, offset(from));
      case ExtendedCodec.ZONED_DATE_TIME:
        LocalDateTime there = dateTime(from);
        ZoneOffset offset = offset(from);
        return ZonedDateTime.ofInstant(there, offset, ZoneId.of(from.text()));
      case ExtendedCodec.ZONE:
        return ZoneId.of(from.text());
      case ExtendedCodec.PERIOD:
        int years = Scalars.integer(from);
        int months = Scalars.integer(from);
        return Period.of(years, months, Scalars.integer(from));
      case ExtendedCodec.YEAR:
        return Year.of(Scalars.integer(from));
      case ExtendedCodec.YEAR_MONTH:
        int year = Scalars.integer(from);
        return YearMonth.of(year, from.u8());
      default:
        int month = from.u8();
        return MonthDay.of(month, from.u8());
    }
  }

  private static void dateTime(Encoder to, LocalDateTime value) {
    to.zigzag(value.toLocalDate().toEpochDay());
    to.varint(value.toLocalTime().toNanoOfDay());
  }

  private static LocalDateTime dateTime(Decoder from) {
    LocalDate date = LocalDate.ofEpochDay(from.zigzag());
    return LocalDateTime.of(date, LocalTime.ofNanoOfDay(from.varint()));
  }

  private static ZoneOffset offset(Decoder from) {
    return ZoneOffset.ofTotalSeconds(Scalars.integer(from));
  }

  private static long nano(Decoder from) {
    return Scalars.inRange(from.varint(), 0, 999_999_999);
  }
}
