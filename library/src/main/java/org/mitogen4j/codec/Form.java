package org.mitogen4j.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
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
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** What the codec does with the values of a class; worked out once for each class. */
final class Form {
  private static final Map<Class<?>, Integer> TAGS = new HashMap<>();

  static {
    TAGS.put(String.class, Types.CHARACTERS);
    TAGS.put(Boolean.class, Types.KERNELS);
    TAGS.put(Integer.class, Types.KERNELS);
    TAGS.put(Long.class, Types.KERNELS);
    TAGS.put(Double.class, Types.KERNELS);
    TAGS.put(byte[].class, Types.KERNELS);
    TAGS.put(Object[].class, Types.KERNELS);
    TAGS.put(Byte.class, Types.BYTE);
    TAGS.put(Short.class, Types.SHORT);
    TAGS.put(Character.class, Types.CHAR);
    TAGS.put(Float.class, Types.FLOAT);
    TAGS.put(BigInteger.class, Types.BIG_INTEGER);
    TAGS.put(BigDecimal.class, Types.BIG_DECIMAL);
    TAGS.put(UUID.class, Types.UUID);
    TAGS.put(Date.class, Types.DATE);
    TAGS.put(Optional.class, Types.OPTIONAL);
    TAGS.put(OptionalInt.class, Types.OPTIONAL);
    TAGS.put(OptionalLong.class, Types.OPTIONAL);
    TAGS.put(OptionalDouble.class, Types.OPTIONAL);
    TAGS.put(boolean[].class, Types.BOOLEANS);
    TAGS.put(short[].class, Types.SHORTS);
    TAGS.put(char[].class, Types.CHARS);
    TAGS.put(int[].class, Types.INTS);
    TAGS.put(long[].class, Types.LONGS);
    TAGS.put(float[].class, Types.FLOATS);
    TAGS.put(double[].class, Types.DOUBLES);
    TAGS.put(Instant.class, Types.INSTANT);
    TAGS.put(Duration.class, Types.DURATION);
    TAGS.put(LocalDate.class, Types.LOCAL_DATE);
    TAGS.put(LocalTime.class, Types.LOCAL_TIME);
    TAGS.put(LocalDateTime.class, Types.LOCAL_DATE_TIME);
    TAGS.put(OffsetTime.class, Types.OFFSET_TIME);
    TAGS.put(OffsetDateTime.class, Types.OFFSET_DATE_TIME);
    TAGS.put(ZonedDateTime.class, Types.ZONED_DATE_TIME);
    TAGS.put(Period.class, Types.PERIOD);
    TAGS.put(Year.class, Types.YEAR);
    TAGS.put(YearMonth.class, Types.YEAR_MONTH);
    TAGS.put(MonthDay.class, Types.MONTH_DAY);
  }

  private static final ClassValue<Form> FORMS =
      new ClassValue<Form>() {
        @Override
        protected Form computeValue(Class<?> type) {
          return new Form(type);
        }
      };

  /** The class; of an enum's constant that has a body of its own, the enum. */
  final Class<?> type;

  /** {@link Types#OBJECT} for all that has no form of its own. */
  final int tag;

  final boolean isEnum;
  final boolean isRecord;

  /** Whether a container is of no special kind, so that another will do. */
  final boolean common;

  private volatile Shape shape;

  private Form(Class<?> type) {
    this.type = Enum.class.isAssignableFrom(type) && !type.isEnum() ? type.getSuperclass() : type;
    isEnum = this.type.isEnum();
    isRecord = Records.is(type);
    tag = tag(type, isEnum || isRecord);
    common = isCommon(type.getName());
  }

  private static boolean isCommon(String name) {
    return name.equals("java.util.ArrayList")
        || name.equals("java.util.HashMap")
        || name.equals("java.util.LinkedHashMap")
        || name.equals("java.util.HashSet")
        || name.equals("java.util.LinkedHashSet")
        || name.startsWith("java.util.Arrays$")
        || name.startsWith("java.util.Collections$")
        || name.startsWith("java.util.ImmutableCollections$");
  }

  /** The classes that have a tag of their own. */
  static Set<Class<?>> simple() {
    return TAGS.keySet();
  }

  static Form of(Class<?> type) {
    return FORMS.get(type);
  }

  private static int tag(Class<?> type, boolean object) {
    Integer tag = TAGS.get(type);
    if (tag != null) {
      return tag;
    } else if (type.isArray()) {
      return Types.ARRAY_OF;
    } else if (ZoneId.class.isAssignableFrom(type)) {
      return Types.ZONE;
    } else if (object) {
      return Types.OBJECT;
    } else if (Map.class.isAssignableFrom(type)) {
      return Types.MAP;
    } else if (Set.class.isAssignableFrom(type)) {
      return Types.SET;
    }
    return Collection.class.isAssignableFrom(type) ? Types.LIST : Types.OBJECT;
  }

  /** Whether {@link #shape} has a result. */
  boolean hasShape() {
    try {
      return shape() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * What objects of the class are made of.
   *
   * @throws IllegalArgumentException when they can't be taken apart and put together again
   */
  Shape shape() {
    if (shape == null) {
      shape = Shape.of(type);
    }
    return shape;
  }
}
