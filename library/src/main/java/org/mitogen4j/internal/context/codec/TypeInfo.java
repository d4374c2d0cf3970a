package org.mitogen4j.internal.context.codec;

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
import java.util.BitSet;
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

/** How the codec writes the values of a class; determined once for each class. */
final class TypeInfo {
  private static final Map<Class<?>, Integer> TAGS = new HashMap<>();

  static {
    TAGS.put(String.class, ExtendedCodec.CHARACTERS);
    TAGS.put(Boolean.class, ExtendedCodec.KERNELS);
    TAGS.put(Integer.class, ExtendedCodec.KERNELS);
    TAGS.put(Long.class, ExtendedCodec.KERNELS);
    TAGS.put(Double.class, ExtendedCodec.KERNELS);
    TAGS.put(byte[].class, ExtendedCodec.KERNELS);
    TAGS.put(Object[].class, ExtendedCodec.KERNELS);
    TAGS.put(Byte.class, ExtendedCodec.BYTE);
    TAGS.put(Short.class, ExtendedCodec.SHORT);
    TAGS.put(Character.class, ExtendedCodec.CHAR);
    TAGS.put(Float.class, ExtendedCodec.FLOAT);
    TAGS.put(BigInteger.class, ExtendedCodec.BIG_INTEGER);
    TAGS.put(BigDecimal.class, ExtendedCodec.BIG_DECIMAL);
    TAGS.put(BitSet.class, ExtendedCodec.BIT_SET);
    TAGS.put(UUID.class, ExtendedCodec.UUID);
    TAGS.put(Date.class, ExtendedCodec.DATE);
    TAGS.put(Optional.class, ExtendedCodec.OPTIONAL);
    TAGS.put(OptionalInt.class, ExtendedCodec.OPTIONAL);
    TAGS.put(OptionalLong.class, ExtendedCodec.OPTIONAL);
    TAGS.put(OptionalDouble.class, ExtendedCodec.OPTIONAL);
    TAGS.put(boolean[].class, ExtendedCodec.BOOLEANS);
    TAGS.put(short[].class, ExtendedCodec.SHORTS);
    TAGS.put(char[].class, ExtendedCodec.CHARS);
    TAGS.put(int[].class, ExtendedCodec.INTS);
    TAGS.put(long[].class, ExtendedCodec.LONGS);
    TAGS.put(float[].class, ExtendedCodec.FLOATS);
    TAGS.put(double[].class, ExtendedCodec.DOUBLES);
    TAGS.put(Instant.class, ExtendedCodec.INSTANT);
    TAGS.put(Duration.class, ExtendedCodec.DURATION);
    TAGS.put(LocalDate.class, ExtendedCodec.LOCAL_DATE);
    TAGS.put(LocalTime.class, ExtendedCodec.LOCAL_TIME);
    TAGS.put(LocalDateTime.class, ExtendedCodec.LOCAL_DATE_TIME);
    TAGS.put(OffsetTime.class, ExtendedCodec.OFFSET_TIME);
    TAGS.put(OffsetDateTime.class, ExtendedCodec.OFFSET_DATE_TIME);
    TAGS.put(ZonedDateTime.class, ExtendedCodec.ZONED_DATE_TIME);
    TAGS.put(Period.class, ExtendedCodec.PERIOD);
    TAGS.put(Year.class, ExtendedCodec.YEAR);
    TAGS.put(YearMonth.class, ExtendedCodec.YEAR_MONTH);
    TAGS.put(MonthDay.class, ExtendedCodec.MONTH_DAY);
  }

  private static final ClassValue<TypeInfo> INFOS =
      new ClassValue<TypeInfo>() {
        @Override
        protected TypeInfo computeValue(Class<?> type) {
          return new TypeInfo(type);
        }
      };

  /** The class; for an enum constant with a body, the enum. */
  final Class<?> type;

  /** The tag; {@link ExtendedCodec#OBJECT} for classes without a tag of their own. */
  final int tag;

  final boolean isEnum;
  final boolean isRecord;

  /** Whether a container has a common class, so that it may arrive as another class. */
  final boolean common;

  private volatile ObjectLayout layout;
  private volatile Map<String, Object> constants;

  private TypeInfo(Class<?> type) {
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

  static TypeInfo of(Class<?> type) {
    return INFOS.get(type);
  }

  private static int tag(Class<?> type, boolean object) {
    Integer tag = TAGS.get(type);
    if (tag != null) {
      return tag;
    } else if (type.isArray()) {
      return ExtendedCodec.ARRAY_OF;
    } else if (ZoneId.class.isAssignableFrom(type)) {
      return ExtendedCodec.ZONE;
    } else if (object) {
      return ExtendedCodec.OBJECT;
    } else if (Map.class.isAssignableFrom(type)) {
      return ExtendedCodec.MAP;
    } else if (Set.class.isAssignableFrom(type)) {
      return ExtendedCodec.SET;
    }
    return Collection.class.isAssignableFrom(type) ? ExtendedCodec.LIST : ExtendedCodec.OBJECT;
  }

  /** The enum constant of this name; null if there is none. */
  Object constant(String name) {
    Map<String, Object> known = constants;
    if (known == null) {
      known = new HashMap<>();
      for (Object constant : type.getEnumConstants()) {
        known.put(((Enum<?>) constant).name(), constant);
      }
      constants = known;
    }
    return known.get(name);
  }

  /** Whether {@link #layout} returns a layout, rather than throwing. */
  boolean hasLayout() {
    try {
      return layout() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * The layout of the objects of the class.
   *
   * @throws IllegalArgumentException when they can't be taken apart and put together again
   */
  ObjectLayout layout() {
    if (layout == null) {
      layout = ObjectLayout.of(type);
    }
    return layout;
  }
}
