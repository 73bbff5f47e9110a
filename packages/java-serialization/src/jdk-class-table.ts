/**
 * One class a line: name, serialVersionUID, flags, nearest serializable superclass or -, then name:type of
 * its fields in the stream's order. A test asks a running Java for every line.
 */
export const JDK_CLASS_TABLE = `
java.lang.Boolean -3665804199014368530 2 - value:Z
java.lang.Byte -7183698231559129828 2 java.lang.Number value:B
java.lang.Character 3786198910865385080 2 - value:C
java.lang.Short 7515723908773894738 2 java.lang.Number value:S
java.lang.Integer 1360826667806852920 2 java.lang.Number value:I
java.lang.Long 4290774380558885855 2 java.lang.Number value:J
java.lang.Float -2671257302660747028 2 java.lang.Number value:F
java.lang.Double -9172774392245257468 2 java.lang.Number value:D
java.lang.Number -8742448824652078965 2 -
java.lang.String -6849794470754667710 2 -
java.lang.Enum 0 18 -
java.lang.Throwable -3042686055658047285 3 - cause:Ljava/lang/Throwable; detailMessage:Ljava/lang/String; stackTrace:[Ljava/lang/StackTraceElement; suppressedExceptions:Ljava/util/List;
java.lang.Exception -3387516993124229948 2 java.lang.Throwable
java.lang.RuntimeException -7034897190745766939 2 java.lang.Exception
java.lang.Error 4980196508277280342 2 java.lang.Throwable
java.lang.LinkageError 3579600108157160122 2 java.lang.Error
java.lang.VirtualMachineError 4161983926571568670 2 java.lang.Error
java.lang.OutOfMemoryError 8228564086184010517 2 java.lang.VirtualMachineError
java.lang.StackTraceElement 6992337162326171013 2 - format:B lineNumber:I classLoaderName:Ljava/lang/String; declaringClass:Ljava/lang/String; fileName:Ljava/lang/String; methodName:Ljava/lang/String; moduleName:Ljava/lang/String; moduleVersion:Ljava/lang/String;
java.lang.IllegalArgumentException -5365630128856068164 2 java.lang.RuntimeException
java.lang.IllegalStateException -1848914673093119416 2 java.lang.RuntimeException
java.lang.IllegalMonitorStateException 3713306369498869069 2 java.lang.RuntimeException
java.lang.IndexOutOfBoundsException 234122996006267687 2 java.lang.RuntimeException
java.lang.ArrayIndexOutOfBoundsException -5116101128118950844 2 java.lang.IndexOutOfBoundsException
java.lang.StringIndexOutOfBoundsException -6762910422159637258 2 java.lang.IndexOutOfBoundsException
java.lang.ArithmeticException 2256477558314496007 2 java.lang.RuntimeException
java.lang.ClassCastException -9223365651070458532 2 java.lang.RuntimeException
java.lang.NullPointerException 5162710183389028792 2 java.lang.RuntimeException
java.lang.NumberFormatException -2848938806368998894 2 java.lang.IllegalArgumentException
java.lang.SecurityException 6878364983674394167 2 java.lang.RuntimeException
java.lang.UnsupportedOperationException -1242599979055084673 2 java.lang.RuntimeException
java.lang.CloneNotSupportedException 5195511250079656443 2 java.lang.Exception
java.lang.InterruptedException 6700697376100628473 2 java.lang.Exception
java.lang.ReflectiveOperationException 123456789 2 java.lang.Exception
java.lang.ClassNotFoundException 9176873029745254542 3 java.lang.ReflectiveOperationException ex:Ljava/lang/Throwable;
java.lang.NoSuchFieldException -6143714805279938260 2 java.lang.ReflectiveOperationException
java.lang.NoSuchMethodException 5034388446362600923 2 java.lang.ReflectiveOperationException
java.lang.InstantiationException -8441929162975509110 2 java.lang.ReflectiveOperationException
java.lang.IllegalAccessException 6616958222490762034 2 java.lang.ReflectiveOperationException
java.lang.AssertionError -5013299493970297370 2 java.lang.Error
java.lang.NoClassDefFoundError 9095859863287012458 2 java.lang.LinkageError
java.lang.StackOverflowError 8609175038441759607 2 java.lang.VirtualMachineError
java.lang.reflect.InvocationTargetException 4085088731926701167 2 java.lang.ReflectiveOperationException target:Ljava/lang/Throwable;
java.lang.reflect.UndeclaredThrowableException 330127114055056639 3 java.lang.RuntimeException undeclaredThrowable:Ljava/lang/Throwable;
java.lang.reflect.Proxy -2222568056686623797 2 - h:Ljava/lang/reflect/InvocationHandler;
java.io.File 301077366599181567 3 - path:Ljava/lang/String;
java.io.IOException 7818375828146090155 2 java.lang.Exception
java.io.UncheckedIOException -8134305061645241065 2 java.lang.RuntimeException
java.io.EOFException 6433858223774886977 2 java.io.IOException
java.io.FileNotFoundException -897856973823710492 2 java.io.IOException
java.io.InterruptedIOException 4020568460727500567 2 java.io.IOException bytesTransferred:I
java.io.UnsupportedEncodingException -4274276298326136670 2 java.io.IOException
java.io.ObjectStreamException 7260898174833392607 2 java.io.IOException
java.io.InvalidObjectException 3233174318281839583 2 java.io.ObjectStreamException
java.io.NotSerializableException 2906642554793891381 2 java.io.ObjectStreamException
java.io.InvalidClassException -4333316296251054416 2 java.io.ObjectStreamException classname:Ljava/lang/String;
java.io.StreamCorruptedException 8983558202217591746 2 java.io.ObjectStreamException
java.math.BigInteger -8287574255936472291 3 java.lang.Number bitCount:I bitLength:I firstNonzeroByteNum:I lowestSetBit:I signum:I magnitude:[B
java.math.BigDecimal 6108874887143696463 3 java.lang.Number scale:I intVal:Ljava/math/BigInteger;
java.net.SocketException -5935874303556886934 2 java.io.IOException
java.net.ConnectException 3831404271622369215 2 java.net.SocketException
java.net.NoRouteToHostException -1897550894873493790 2 java.net.SocketException
java.net.SocketTimeoutException -8846654841826352300 2 java.io.InterruptedIOException
java.net.UnknownHostException -4639126076052875403 2 java.io.IOException
java.net.SocketAddress 5215720748342549866 2 -
java.net.InetSocketAddress 5076001401234631237 3 java.net.SocketAddress port:I addr:Ljava/net/InetAddress; hostname:Ljava/lang/String;
java.net.URI -6052424284110960213 3 - string:Ljava/lang/String;
java.net.BindException -5945005768251722951 2 java.net.SocketException
java.net.ProtocolException -6098449442062388080 2 java.io.IOException
java.nio.channels.ClosedChannelException 882777185433553857 2 java.io.IOException
java.nio.charset.CharacterCodingException 8421532232154627783 2 java.io.IOException
java.nio.file.FileSystemException -3055425747967319812 2 java.io.IOException file:Ljava/lang/String; other:Ljava/lang/String;
java.nio.file.NoSuchFileException -1390291775875351931 2 java.nio.file.FileSystemException
java.nio.file.InvalidPathException 4355821422286746137 2 java.lang.IllegalArgumentException index:I input:Ljava/lang/String;
java.time.DateTimeException -1632418723876261839 2 java.lang.RuntimeException
java.util.AbstractMap$SimpleEntry -8499721149061103585 2 - key:Ljava/lang/Object; value:Ljava/lang/Object;
java.util.AbstractMap$SimpleImmutableEntry 7138329143949025153 2 - key:Ljava/lang/Object; value:Ljava/lang/Object;
java.util.ArrayDeque 2340985798034038923 3 -
java.util.ArrayList 8683452581122892189 3 - size:I
java.util.BitSet 7997698588986878753 3 - bits:[J
java.util.ConcurrentModificationException -3666751008965953603 2 java.lang.RuntimeException
java.util.Date 7523967970034938905 3 -
java.util.EnumMap 458661240069192865 3 - keyType:Ljava/lang/Class;
java.util.EventObject 5516075349620653480 2 -
java.util.HashMap 362498820763181265 3 - loadFactor:F threshold:I
java.util.HashSet -5024744406713321676 3 -
java.util.Hashtable 1421746759512286392 3 - loadFactor:F threshold:I
java.util.IdentityHashMap 8188218128353913216 3 - size:I
java.util.LinkedHashMap 3801124242820219131 2 java.util.HashMap accessOrder:Z
java.util.LinkedHashSet -2851667679971038690 2 java.util.HashSet
java.util.LinkedList 876323262645176354 3 -
java.util.NoSuchElementException 6769829250639411880 2 java.lang.RuntimeException
java.util.MissingResourceException -4876345176062000401 2 java.lang.RuntimeException className:Ljava/lang/String; key:Ljava/lang/String;
java.util.PriorityQueue -7720805057305804111 3 - size:I comparator:Ljava/util/Comparator;
java.util.Properties 4112578634029874840 2 java.util.Hashtable defaults:Ljava/util/Properties;
java.util.Random 3905348978240129619 3 - haveNextNextGaussian:Z nextNextGaussian:D seed:J
java.util.Stack 1224463164541339165 2 java.util.Vector
java.util.TimeZone 3581463369166924961 2 - ID:Ljava/lang/String;
java.util.TreeMap 919286545866124006 3 - comparator:Ljava/util/Comparator;
java.util.TreeSet -2479143000061671589 3 -
java.util.UUID -4856846361193249489 2 - leastSigBits:J mostSigBits:J
java.util.Vector -2767605614048989439 3 - capacityIncrement:I elementCount:I elementData:[Ljava/lang/Object;
java.util.concurrent.TimeUnit 0 18 java.lang.Enum
java.util.concurrent.CancellationException -9202173006928992231 2 java.lang.IllegalStateException
java.util.concurrent.ConcurrentHashMap 7249069246763182397 3 - segmentMask:I segmentShift:I segments:[Ljava/util/concurrent/ConcurrentHashMap$Segment;
java.util.concurrent.ConcurrentLinkedQueue 196745693267521676 3 -
java.util.concurrent.CopyOnWriteArrayList 8673264195747942595 3 -
java.util.concurrent.ExecutionException 7830266012832686185 2 java.lang.Exception
java.util.concurrent.ForkJoinTask -7721805057305804111 3 - status:I
java.util.concurrent.RecursiveAction 5232453952276485070 2 java.util.concurrent.ForkJoinTask
java.util.concurrent.Semaphore -3222578661600680210 2 - sync:Ljava/util/concurrent/Semaphore$Sync;
java.util.concurrent.TimeoutException 1900926677490660714 2 java.lang.Exception
java.util.concurrent.RejectedExecutionException -375805702767069545 2 java.lang.RuntimeException
java.util.concurrent.atomic.AtomicBoolean 4654671469794556979 2 - value:I
java.util.concurrent.atomic.AtomicInteger 6214790243416807050 2 java.lang.Number value:I
java.util.concurrent.atomic.AtomicLong 1927816293512124184 2 java.lang.Number value:J
java.util.concurrent.atomic.AtomicReference -1848883965231344442 2 - value:Ljava/lang/Object;
java.util.concurrent.atomic.AtomicIntegerArray 2862133569453604235 2 - array:[I
java.util.concurrent.atomic.AtomicReferenceArray -6209656149925076980 2 - array:[Ljava/lang/Object;
java.util.concurrent.locks.AbstractOwnableSynchronizer 3737899427754241961 2 -
java.util.concurrent.locks.AbstractQueuedSynchronizer 7373984972572414691 2 java.util.concurrent.locks.AbstractOwnableSynchronizer state:I
java.util.concurrent.locks.ReentrantLock 7373984872572414699 2 - sync:Ljava/util/concurrent/locks/ReentrantLock$Sync;
java.util.concurrent.locks.ReentrantReadWriteLock -6992448646407690164 2 - readerLock:Ljava/util/concurrent/locks/ReentrantReadWriteLock$ReadLock; sync:Ljava/util/concurrent/locks/ReentrantReadWriteLock$Sync; writerLock:Ljava/util/concurrent/locks/ReentrantReadWriteLock$WriteLock;
java.util.concurrent.locks.ReentrantReadWriteLock$ReadLock -5992448646407690164 2 - sync:Ljava/util/concurrent/locks/ReentrantReadWriteLock$Sync;
java.util.concurrent.locks.ReentrantReadWriteLock$WriteLock -4992448646407690164 2 - sync:Ljava/util/concurrent/locks/ReentrantReadWriteLock$Sync;
java.util.zip.ZipException 8000196834066748623 2 java.io.IOException
`;
