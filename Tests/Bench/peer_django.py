"""Peer: Django's PasswordResetForm over an outbox, in batches of 100, with one kept connection to the relay.

Run by peers.py in an environment that has Django and psycopg; prints the seconds that it took.
"""

import json
import sys
import time

import django
from django.conf import settings

# Host (a socket's folder), database, port of the relay, number of requests; texts of about our own mail's length.
options = json.loads(sys.argv[1])

TEXT = "Hello {{ user.get_username }},\n\n{{ protocol }}://{{ domain }}/reset/{{ uid }}/{{ token }}/\n\n" + "Words. " * 60
HTML = "<p>" + TEXT.replace("\n\n", "</p><p>") + "Words. " * 240 + "</p>"

settings.configure(
    SECRET_KEY="not a secret", USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DEFAULT_FROM_EMAIL="Example Support <support@example.org>", ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    EMAIL_HOST="127.0.0.1", EMAIL_PORT=options["port"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "HOST": options["host"], "NAME": options["database"],
        "USER": "postgres"}},
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {
            "subject.txt": "Reset your password", "text.txt": TEXT, "html.html": HTML})]}}])
django.setup()

from django.contrib.auth.forms import PasswordResetForm  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core import mail  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

urlpatterns = []


class Form(PasswordResetForm):
    """Django's own, but for the connection to the relay, which is kept."""

    relay = None

    def send_mail(self, subject, text, context, sender, recipient, html_email_template_name=None):
        from django.template import loader
        message = mail.EmailMultiAlternatives(
            loader.render_to_string(subject, context).strip(), loader.render_to_string(text, context), sender,
            [recipient], connection=self.relay)
        message.attach_alternative(loader.render_to_string(html_email_template_name, context), "text/html")
        message.send()


def prepare():
    call_command("migrate", verbosity=0)
    password = make_password("a password that nobody guesses")
    User.objects.bulk_create(
        [User(username=f"person{n}", email=f"person{n}@example.org", password=password) for n in range(1, 10_001)], 2000)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE INDEX user_email ON auth_user (upper(email));
            CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text, sent_at timestamptz);
            CREATE INDEX outbox_due ON outbox (id) WHERE sent_at IS NULL;
            INSERT INTO outbox (email) SELECT 'person' || n || '@example.org' FROM generate_series(1, %s) AS n;
            ANALYZE
            """, [options["count"]])


def send_batch(cursor):
    """How many requests were sent."""
    with transaction.atomic():
        cursor.execute("SELECT id, email FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED")
        rows = cursor.fetchall()
        for _, email in rows:
            form = Form({"email": email})
            form.is_valid()
            form.save(
                domain_override="account.example.org", use_https=True, subject_template_name="subject.txt",
                email_template_name="text.txt", html_email_template_name="html.html")
        cursor.execute("UPDATE outbox SET sent_at = now() WHERE id = ANY (%s)", [[row[0] for row in rows]])
    return len(rows)


prepare()
Form.relay = mail.get_connection()
Form.relay.open()
begun = time.monotonic()
with connection.cursor() as cursor:
    while send_batch(cursor):
        pass
print(json.dumps({"seconds": time.monotonic() - begun}))
Form.relay.close()
